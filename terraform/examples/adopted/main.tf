# A pipeline that is there already, made by hand or left by a state that was lost, under the names that this stack gives: `import`
# blocks take over what must not be made anew, and a plan says what else differs. Roles, alarms and functions may be deleted by hand
# and made again. Once applied, the blocks can go.
locals {
  name    = "orders-gate"
  account = "123456789012"
  region  = "eu-central-1"
}

module "gate" {
  source = "../.."

  name   = local.name
  region = local.region
}

# What holds files, and what knows of them.

import {
  to = module.gate.module.bucket["input"].aws_s3_bucket.this
  id = "${local.name}-input-${local.account}-${local.region}"
}

import {
  to = module.gate.module.bucket["output"].aws_s3_bucket.this
  id = "${local.name}-output-${local.account}-${local.region}"
}

import {
  to = module.gate.module.bucket["quarantine"].aws_s3_bucket.this
  id = "${local.name}-quarantine-${local.account}-${local.region}"
}

import {
  to = module.gate.module.configuration.aws_s3_bucket.this
  id = "${local.name}-config-${local.account}-${local.region}"
}

import {
  to = module.gate.module.records.aws_dynamodb_table.this
  id = "${local.name}-records"
}

# What waits: messages go with a queue that is made anew, and the sweep would have to find their files.

import {
  to = module.gate.module.queue.aws_sqs_queue.work
  id = "https://sqs.${local.region}.amazonaws.com/${local.account}/${local.name}-work"
}

import {
  to = module.gate.module.queue.aws_sqs_queue.dead
  id = "https://sqs.${local.region}.amazonaws.com/${local.account}/${local.name}-dead"
}

# Versions belong to a function; one that is made anew begins with 1 again.

import {
  to = module.gate.module.processor.module.function["ingest"].aws_lambda_function.this
  id = "${local.name}-ingest"
}

import {
  to = module.gate.module.processor.module.function["sweep"].aws_lambda_function.this
  id = "${local.name}-sweep"
}
