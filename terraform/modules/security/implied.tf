# What AWS does in the roles' names without any call of the program: terraform/implied-permissions.json has each with the
# page of AWS that says so.

locals {
  # Keys are for what these services do in the role's name, never for a call of the role itself.
  # https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
  key_users = [for service in ["dynamodb", "s3", "sns", "sqs"] : "${service}.${var.region}.amazonaws.com"]

  implied = {
    for handler, group in var.log_group_arns : handler => merge(
      # No logs:CreateLogGroup: the group is there before the function, with its retention.
      { Log = { on = ["${group}:log-stream:*"], may = ["logs:CreateLogStream", "logs:PutLogEvents"] } },
      # The event source mapping polls.
      handler != "ingest" ? {} : {
        Poller = { on = [var.queue_arn], may = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"] }
      },
      # S3, SQS, SNS and DynamoDB use the key in the name of who calls; who only reads encrypts nothing.
      !local.is_kms ? {} : {
        Key = { on = [local.key_arn], may = handler == "authorize" ? ["kms:Decrypt"] : ["kms:Decrypt", "kms:GenerateDataKey"] }
      },
      # Files of buckets that are there already are under their own keys; the sweep and the authorizer touch no file's bytes.
      length(var.bucket_key_arns) == 0 || !contains(["ingest", "api"], handler) ? {} : {
        KeysOfBuckets = { on = sort(var.bucket_key_arns), may = ["kms:Decrypt", "kms:GenerateDataKey"] }
      },
      # Network interfaces have no names to speak of beforehand: AWS documents "*" for these.
      !var.in_vpc ? {} : {
        Network = { on = ["*"], may = ["ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses"] }
      },
    )
  }
}
