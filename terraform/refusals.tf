# What cannot work is refused in the plan, with a sentence that says what to write. Rules of one variable stand beside it.

locals {
  # What a gate can only use in its own region, as far as it was written as an ARN; what is none is refused by its own rule.
  arns_of_the_region = compact(concat(
    [var.kms_key_arn, var.notice_bus_arn, try(var.api.domain.certificate_arn, null)],
    tolist(var.existing_buckets.kms_key_arns), tolist(var.paging_topic_arns),
  ))
  arns_of_others = [for arn in local.arns_of_the_region : arn if try(split(":", arn)[3], var.region) != var.region]
}

resource "terraform_data" "refusals" {
  lifecycle {
    precondition {
      condition     = length(setintersection(values(local.existing), concat(values(local.made), [local.config]))) == 0
      error_message = "existing_buckets: write buckets that are there already; ${join(", ", setintersection(values(local.existing), concat(values(local.made), [local.config])))} is one that is made here, so that one would have two tasks. Leave it out."
    }

    precondition {
      condition     = length(local.arns_of_others) == 0
      error_message = "region is ${var.region}: write keys, topics, buses and certificates of that region, not ${join(", ", local.arns_of_others)}."
    }

    precondition {
      condition     = var.access_log == null ? true : !contains(concat(values(local.made), values(local.existing)), var.access_log.bucket)
      error_message = "access_log.bucket: write a bucket that is none of the gate's. In the input every log line would be a file to check, and its check the next log line."
    }

    precondition {
      condition     = var.existing_buckets.output == null || var.object_lock.output_days == null
      error_message = "object_lock.output_days: the output bucket is one of yours (existing_buckets.output), and nothing of it is changed. Set the lock there, or leave it out here."
    }

    precondition {
      condition     = var.existing_buckets.quarantine == null || var.object_lock.quarantine_days == null
      error_message = "object_lock.quarantine_days: the quarantine bucket is one of yours (existing_buckets.quarantine), and nothing of it is changed. Set the lock there, or leave it out here."
    }

    precondition {
      condition     = var.object_lock.output_days == null || var.output_expire_days == null ? true : var.output_expire_days >= var.object_lock.output_days
      error_message = "output_expire_days: write as many days as object_lock.output_days or more; what is locked cannot go."
    }

    precondition {
      condition     = var.object_lock.quarantine_days == null || var.quarantine_expire_days == null ? true : var.quarantine_expire_days >= var.object_lock.quarantine_days
      error_message = "quarantine_expire_days: write as many days as object_lock.quarantine_days or more; what is locked cannot go."
    }
  }
}
