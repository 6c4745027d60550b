# Made before the functions: Lambda would make groups that keep lines for ever.

resource "aws_cloudwatch_log_group" "handler" {
  for_each = var.log_groups

  name              = "/aws/lambda/${var.name}-${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}
