# One role a function. Inline policies: a role and what it may do come and go together.

locals {
  handlers = toset(keys(var.log_group_arns))
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

resource "aws_iam_role" "this" {
  for_each = local.handlers

  name                 = "${var.name}-${each.key}"
  description          = "Silent Scalper, ${each.key} of the pipeline ${var.name}"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.permissions_boundary_arn
  max_session_duration = 3600
  tags                 = var.tags
}

data "aws_iam_policy_document" "may" {
  for_each = local.handlers

  dynamic "statement" {
    for_each = merge(local.called[each.key], contains(["ingest", "sweep"], each.key) ? local.bus : {}, each.key == "sweep" ? local.counts : {}, local.implied[each.key])

    content {
      sid       = statement.key
      actions   = statement.value.may
      resources = statement.value.on

      dynamic "condition" {
        for_each = startswith(statement.value.may[0], "kms:") ? [local.key_users] : []

        content {
          test     = "StringEquals"
          variable = "kms:ViaService"
          values   = condition.value
        }
      }
    }
  }
}

resource "aws_iam_role_policy" "may" {
  for_each = local.handlers

  name   = "what-it-calls"
  role   = aws_iam_role.this[each.key].name
  policy = data.aws_iam_policy_document.may[each.key].json
}
