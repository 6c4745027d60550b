locals {
  input_prefix = "s3://${local.buckets.input.name}"

  # As one types it where `terraform` was typed: the one that was built, if it is there, and the sample of this repository.
  program = fileexists(local.scalper) ? local.scalper : "scalper"
  sample  = "${path.module}/../samples/orders/2026-11-20.csv"
}

output "next_steps" {
  description = "What to type now."
  value = concat([
    "eval \"$(terraform output -raw shell_environment)\"   # the gate's names for `scalper`",
    ], var.existing_buckets.input == null ? [] : [
    "${local.program} connect ${local.buckets.input.name}   # shows the difference, asks, and lets the bucket tell EventBridge",
    ], [
    "${local.program} doctor --aws --canary   # is all well? sends one small file through",
    "aws s3 cp ${local.sample} ${local.input_prefix}/orders/2026-11-20.csv",
    "${local.program} status --aws orders/2026-11-20.csv   # or: ls --aws",
    "open ${local.dashboard_url}",
  ])
}

output "shell_environment" {
  description = "For a shell: what `scalper ... --aws` needs to know of this gate."
  value       = join("\n", concat(["export AWS_REGION=${var.region}"], [for name, value in local.environment : "export ${name}='${value}'"]))
}

output "doctor" {
  description = "Looks whether buckets of yours keep versions and tell EventBridge, and at everything else; changes nothing."
  value       = "eval \"$(terraform output -raw shell_environment)\" && ${local.program} doctor --aws"
}

output "cost" {
  description = "Tells what this gate costs in a month: idle, and with a million files of 1 MB; write your own numbers."
  value       = "${local.program} cost --month --files 1000000 --avg 1MB --memory ${var.memory_mb} --arch ${var.architecture}${var.create_kms_key ? " --kms-key" : ""}"
}

output "buckets" {
  description = "Names of the buckets by role."
  value       = merge({ for role, bucket in local.buckets : role => bucket.name }, { configuration = module.configuration.name })
}

output "queue_url" {
  description = "URL of the queue of work."
  value       = module.queue.url
}

output "dead_letter_queue_url" {
  description = "URL of the queue of dead letters."
  value       = module.queue.dead_url
}

output "table_name" {
  description = "Name of the table of records."
  value       = module.records.name
}

output "function_names" {
  description = "Names of the functions by handler."
  value       = merge(module.processor.function_names, { for api in module.api : "api" => api.function_name }, { for api in module.api : "authorize" => api.authorizer.name if api.authorizer != null })
}

output "versions" {
  description = "Newest versions of the functions; note them before an upgrade, live_versions goes back to them."
  value       = merge(module.processor.versions, { for api in module.api : "api" => api.version }, { for api in module.api : "authorize" => api.authorizer.version if api.authorizer != null })
}

output "api_url" {
  description = "Where the API answers; null: there is none."
  value       = one(module.api[*].url)
}

output "alarm_topic_arn" {
  description = "The topic that alarms are told to."
  value       = module.observability.alarm_topic_arn
}

output "notice_topic_arn" {
  description = "The topic that is told every final verdict."
  value       = module.observability.notice_topic_arn
}

output "kms_key_arn" {
  description = "The key that encrypts; null: AWS's own encryption."
  value       = module.security.kms_key_arn
}

locals {
  dashboard_url = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${module.observability.dashboard_name}"
}

output "dashboard_url" {
  description = "The dashboard."
  value       = local.dashboard_url
}
