/**
 * What AWS asks the caller's role for, by the SDK's command. The names are the same but where a command is of several
 * parts, or S3 asks for the action on the object as a whole.
 */
const otherNames: Record<string, string[]> = {
  AbortMultipartUploadCommand: ['s3:AbortMultipartUpload'],
  CompleteMultipartUploadCommand: ['s3:PutObject'],
  CreateMultipartUploadCommand: ['s3:PutObject'],
  // Each key is asked for by itself.
  DeleteObjectsCommand: ['s3:DeleteObject'],
  HeadObjectCommand: ['s3:GetObject'],
  ListObjectsV2Command: ['s3:ListBucket'],
  // Its parts are Put, Update, Delete and ConditionCheck, by what the store does; all of ours put.
  TransactWriteItemsCommand: ['dynamodb:PutItem'],
  UploadPartCommand: ['s3:PutObject'],
};

const services: Record<string, string> = {
  '@aws-sdk/client-dynamodb': 'dynamodb',
  '@aws-sdk/client-s3': 's3',
  '@aws-sdk/client-sfn': 'states',
};

/** The IAM actions of a command that is imported from one of the SDK's clients. */
export function actionsOfCommand(client: string, command: string): string[] {
  return otherNames[command] ?? [`${services[client]}:${command.replace(/Command$/, '')}`];
}

/** What Step Functions asks the machine's role for, by the resource of a task's state. */
export const actionsOfTask: Record<string, string[]> = {
  'arn:aws:states:::aws-sdk:s3:getObject': ['s3:GetObject'],
  'arn:aws:states:::batch:submitJob.sync': [
    'batch:SubmitJob',
    'batch:DescribeJobs',
    'batch:TerminateJob',
    'events:DescribeRule',
    'events:PutRule',
    'events:PutTargets',
  ],
  'arn:aws:states:::dynamodb:getItem': ['dynamodb:GetItem'],
  'arn:aws:states:::dynamodb:updateItem': ['dynamodb:UpdateItem'],
  'arn:aws:states:::events:putEvents': ['events:PutEvents'],
  'arn:aws:states:::sqs:sendMessage': ['sqs:SendMessage'],
};
