"""Counts the lines of one file. An exit code other than 0 has the file tried again."""

import os

import boto3

bucket, key, version = (os.environ[name] for name in ("BUCKET", "FILE_KEY", "FILE_VERSION"))
file = boto3.client("s3").get_object(Bucket=bucket, Key=key, IfMatch=f'"{version}"')
lines = sum(1 for _ in file["Body"].iter_lines())

# The condition keeps a job that AWS started twice from writing after its file was given to another execution.
boto3.resource("dynamodb").Table(os.environ["LEDGER"]).update_item(
    Key={"id": os.environ["FILE_ID"]},
    UpdateExpression="SET #state = :state, #lines = :lines",
    ConditionExpression="#execution = :execution",
    ExpressionAttributeNames={"#state": "state", "#lines": "lines", "#execution": "execution"},
    ExpressionAttributeValues={
        ":state": "committed",
        ":lines": lines,
        ":execution": os.environ["EXECUTION"],
    },
)
