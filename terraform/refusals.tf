# What cannot work is refused in the plan, with a sentence that says what to write. Rules of one variable stand beside it.

resource "terraform_data" "refusals" {
  lifecycle {
    precondition {
      condition     = var.access_log == null ? true : !contains(concat(values(local.made), compact(values(var.existing_buckets))), var.access_log.bucket)
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
