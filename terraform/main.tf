# A whole gate. What the parts are is told by README.md; each module can be used alone.

provider "aws" {
  region = var.region

  default_tags {
    tags = merge({ Application = "silent-scalper", Pipeline = var.name }, var.tags)
  }
}

data "aws_caller_identity" "current" {}

locals {
  account  = data.aws_caller_identity.current.account_id
  workers  = ["ingest", "sweep"]
  handlers = concat(local.workers, var.api == null ? [] : local.is_token ? ["api", "authorize"] : ["api"])
  is_token = var.api == null ? false : var.api.authorization == "token"
  package  = var.package == null ? { file = "${path.module}/../dist/scalper-lambda-${var.architecture}.zip", s3_bucket = null, s3_key = null, s3_object_version = null } : var.package

  environment_if_asked = { for name, value in {
    SCALPER_NOTICE_BUS         = var.notice_bus_arn
    SCALPER_MAX_FILES_PER_HOUR = var.max_files_per_hour == null ? null : format("%d", var.max_files_per_hour)
  } : name => value if value != null }

  # Endpoints are those of a region, and the processor's to make.
  vpc = var.vpc == null ? null : {
    subnet_ids         = var.vpc.subnet_ids
    security_group_ids = var.vpc.security_group_ids
    endpoints          = var.vpc.endpoints == null ? null : { vpc_id = var.vpc.endpoints.vpc_id, route_table_ids = var.vpc.endpoints.route_table_ids, region = var.region }
  }

  # What every handler reads: src/hosts/environment.h has the list, `scalper doctor --env` prints it, a test compares.
  environment = merge(local.environment_if_asked, {
    SCALPER_PIPELINE          = var.name
    SCALPER_INPUT_BUCKET      = local.buckets.input.name
    SCALPER_OUTPUT_BUCKET     = local.buckets.output.name
    SCALPER_QUARANTINE_BUCKET = local.buckets.quarantine.name
    SCALPER_CONTRACTS         = "s3://${module.configuration.name}/contracts"
    SCALPER_TABLE             = module.records.name
    SCALPER_QUEUE_URL         = module.queue.url
    SCALPER_DLQ_URL           = module.queue.dead_url
    SCALPER_NOTICE_TOPIC_ARN  = module.observability.notice_topic_arn
    SCALPER_PUBLISH           = var.publish
    SCALPER_LOG_LEVEL         = var.log_level
  })
}

module "security" {
  source = "./modules/security"

  name                     = var.name
  region                   = var.region
  create_kms_key           = var.create_kms_key
  kms_key_arn              = var.kms_key_arn
  bucket_key_arns          = var.existing_buckets.kms_key_arns
  hears_eventbridge        = var.existing_buckets.input != null
  permissions_boundary_arn = var.permissions_boundary_arn
  bucket_arns              = merge({ for role, bucket in local.buckets : role => bucket.arn }, { contracts = module.configuration.arn })
  table_arn                = module.records.arn
  queue_arn                = module.queue.arn
  dead_letter_queue_arn    = module.queue.dead_arn
  topic_arn                = module.observability.notice_topic_arn
  notice_bus_arn           = var.notice_bus_arn
  guards_volume            = var.max_files_per_hour != null
  log_group_arns           = module.observability.log_group_arns
  in_vpc                   = var.vpc != null
}

module "queue" {
  source = "./modules/queue"

  name                     = var.name
  function_timeout_seconds = var.timeout_seconds
  max_receive_count        = var.max_receive_count
  kms_key_arn              = module.security.kms_key_arn

  source_bucket = {
    name = local.buckets.input.name
    arn  = local.buckets.input.arn
    via  = var.existing_buckets.input == null ? "s3" : "eventbridge"
  }
}

module "records" {
  source = "./modules/records"

  name                   = "${var.name}-records"
  kms_key_arn            = module.security.kms_key_arn
  point_in_time_recovery = var.point_in_time_recovery
  deletion_protection    = var.deletion_protection
}

module "processor" {
  source = "./modules/processor"

  name                       = var.name
  package                    = local.package
  architecture               = var.architecture
  role_arns                  = { for handler in local.workers : handler => module.security.role_arns[handler] }
  log_group_names            = { for handler in local.workers : handler => module.observability.log_group_names[handler] }
  environment                = local.environment
  queue_arn                  = module.queue.arn
  memory_mb                  = var.memory_mb
  timeout_seconds            = var.timeout_seconds
  batch_size                 = var.batch_size
  batch_window_seconds       = var.batch_window_seconds
  maximum_concurrency        = var.maximum_concurrency
  sweep_reserved_concurrency = var.reserved_concurrency.sweep
  sweep_schedule             = var.sweep_schedule
  live_version               = { ingest = var.live_versions.ingest, sweep = var.live_versions.sweep }
  vpc                        = local.vpc
}

module "api" {
  source = "./modules/api"
  count  = var.api == null ? 0 : 1

  name           = var.name
  package        = local.package
  architecture   = var.architecture
  role_arn       = module.security.role_arns["api"]
  log_group_name = module.observability.log_group_names["api"]
  environment    = local.environment
  authorization  = { type = var.api.authorization, issuer = var.api.jwt_issuer, audience = var.api.jwt_audience }
  authorizer = !local.is_token ? null : {
    role_arn       = module.security.role_arns["authorize"]
    log_group_name = module.observability.log_group_names["authorize"]
  }
  authorizer_live_version = var.live_versions.authorize
  rate_limit              = var.api.rate_limit
  burst_limit             = var.api.burst_limit
  cors_origins            = var.api.cors_origins
  domain                  = var.api.domain
  log_retention_days      = var.log_retention_days
  kms_key_arn             = module.security.kms_key_arn
  reserved_concurrency    = var.reserved_concurrency.api
  live_version            = var.live_versions.api
  vpc                     = var.vpc
}

module "observability" {
  source = "./modules/observability"

  name                   = var.name
  region                 = var.region
  log_groups             = toset(local.handlers)
  log_retention_days     = var.log_retention_days
  kms_key_arn            = module.security.kms_key_arn
  queue_name             = module.queue.name
  dead_letter_queue_name = module.queue.dead_name
  alarm_emails           = var.alarm_emails
  paging_topic_arns      = var.paging_topic_arns
  alarm_thresholds       = var.alarm_thresholds
  muted_alarms           = var.muted_alarms
  runbook_url            = var.runbook_url
}
