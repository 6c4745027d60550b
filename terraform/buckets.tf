# Where files come, go and wait. A bucket of others is only read about: no data source shows whether it keeps versions, so the
# functions refuse to start without, and `scalper doctor --aws` (an output) says it beforehand.

locals {
  made     = { for role in ["input", "output", "quarantine"] : role => "${var.name}-${role}-${local.account}-${var.region}" if var.existing_buckets[role] == null }
  config   = "${var.name}-config-${local.account}-${var.region}"
  existing = { for role in ["input", "output", "quarantine"] : role => var.existing_buckets[role] if var.existing_buckets[role] != null }

  buckets = merge(
    { for role, bucket in module.bucket : role => { name = bucket.name, arn = bucket.arn } },
    { for role, bucket in data.aws_s3_bucket.existing : role => { name = bucket.bucket, arn = bucket.arn } },
  )

  # Never for the input: a version that was overwritten before it was checked is a file that was sent.
  expire_days = { input = null, output = var.output_expire_days, quarantine = var.quarantine_expire_days }
  lock_days   = { input = null, output = var.object_lock.output_days, quarantine = var.object_lock.quarantine_days }
}

module "bucket" {
  source   = "./modules/bucket"
  for_each = local.made

  name                   = each.value
  kms_key_arn            = module.security.kms_key_arn
  expire_days            = local.expire_days[each.key]
  noncurrent_expire_days = each.key == "input" ? null : local.expire_days[each.key]
  object_lock            = local.lock_days[each.key] == null ? null : { mode = var.object_lock.mode, days = local.lock_days[each.key] }
  access_log             = var.access_log == null ? null : { bucket = var.access_log.bucket, prefix = "${var.name}/${each.key}/" }
  force_destroy          = var.force_destroy
}

module "configuration" {
  source = "./modules/bucket"

  name                   = local.config
  kms_key_arn            = module.security.kms_key_arn
  noncurrent_expire_days = 365
  access_log             = var.access_log == null ? null : { bucket = var.access_log.bucket, prefix = "${var.name}/configuration/" }
  force_destroy          = var.force_destroy
}

data "aws_s3_bucket" "existing" {
  for_each = local.existing

  bucket = each.value

  lifecycle {
    postcondition {
      # us-east-1 also goes without its name.
      condition     = strcontains(self.bucket_regional_domain_name, ".${var.region}.") || (var.region == "us-east-1" && strcontains(self.bucket_regional_domain_name, ".s3.amazonaws.com"))
      error_message = "existing_buckets.${each.key}: ${each.value} lies in another region than ${var.region} (${self.bucket_regional_domain_name}). Set region to the bucket's own: S3 tells no queue of another region."
    }
  }
}
