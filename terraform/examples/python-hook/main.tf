# A function in Python that hears every final verdict: here it writes a line for each file that did not pass. What it is told is
# a CloudEvent of the topic; a function that fails is asked again, so it has to take one twice.
provider "aws" {
  region = "eu-central-1"
}

module "gate" {
  source = "../.."

  name   = "orders-gate"
  region = "eu-central-1"
}

variable "hook_zip" {
  description = "hook.py as a zip: zip hook.zip hook.py"
  type        = string
  default     = null
}

resource "aws_cloudwatch_log_group" "hook" {
  name              = "/aws/lambda/orders-gate-hook"
  retention_in_days = 90
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "may" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.hook.arn}:log-stream:*"]
  }
}

resource "aws_iam_role" "hook" {
  name               = "orders-gate-hook"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "hook" {
  name   = "log"
  role   = aws_iam_role.hook.name
  policy = data.aws_iam_policy_document.may.json
}

resource "aws_lambda_function" "hook" {
  function_name    = "orders-gate-hook"
  role             = aws_iam_role.hook.arn
  runtime          = "python3.13"
  handler          = "hook.told"
  filename         = var.hook_zip
  source_code_hash = var.hook_zip == null ? null : filebase64sha256(var.hook_zip)
  s3_bucket        = var.hook_zip == null ? "example-artifacts" : null
  s3_key           = var.hook_zip == null ? "hook.zip" : null
  memory_size      = 128
  timeout          = 10

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.hook.name
  }

  depends_on = [aws_iam_role_policy.hook]
}

resource "aws_lambda_permission" "topic" {
  statement_id  = "notices"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.hook.function_name
  principal     = "sns.amazonaws.com"
  source_arn    = module.gate.notice_topic_arn
}

resource "aws_sns_topic_subscription" "hook" {
  topic_arn = module.gate.notice_topic_arn
  protocol  = "lambda"
  endpoint  = aws_lambda_function.hook.arn

  depends_on = [aws_lambda_permission.topic]
}
