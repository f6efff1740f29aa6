# A job of another program, in ten lines: it reads the file that it was started for, and says what came of it. An exit
# code other than 0, of curl for instance, has it tried again.
set -eu
aws() { service=$1; shift; curl -sSf --aws-sigv4 "aws:amz:$AWS_REGION:$service" -u "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" "$@"; }
file=$(aws s3 -H "if-match: \"$INGEST_VERSION\"" "$AWS_ENDPOINT_URL_S3/$INGEST_BUCKET/$INGEST_KEY")
case $file in 'bad '*) state=rejected reason='it says that it is bad' ;; *) state=committed reason='' ;; esac
aws dynamodb -H 'content-type: application/x-amz-json-1.0' -H 'x-amz-target: DynamoDB_20120810.UpdateItem' -d '{
  "TableName": "'"$TABLE_INGESTS"'", "Key": {"id": {"S": "'"$INGEST_ID"'"}}, "UpdateExpression": "SET #s = :s, reason = :r",
  "ConditionExpression": "#x = :x", "ExpressionAttributeNames": {"#s": "state", "#x": "execution"},
  "ExpressionAttributeValues": {":s": {"S": "'$state'"}, ":r": {"S": "'"$reason"'"}, ":x": {"S": "'"$INGEST_EXECUTION"'"}}
}' "$AWS_ENDPOINT_URL_DYNAMODB"
