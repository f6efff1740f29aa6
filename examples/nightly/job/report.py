"""Counts the orders. An exit code other than 0 has the run tried again."""

import os

import boto3

dynamodb = boto3.client("dynamodb")
pages = dynamodb.get_paginator("scan").paginate(TableName=os.environ["ORDERS"], Select="COUNT")
count = sum(page["Count"] for page in pages)

# All attempts of a run have the same time, so that a repeated one writes the same item.
dynamodb.put_item(
    TableName=os.environ["REPORTS"],
    Item={"run": {"S": os.environ["SCHEDULED_TIME"]}, "orders": {"N": str(count)}},
)
