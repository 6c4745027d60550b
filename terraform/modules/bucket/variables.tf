variable "name" {
  description = "The bucket's name; unique in all of AWS."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "name: write 3 to 63 lower case letters, digits and hyphens, the first and the last no hyphen."
  }
}

variable "kms_key_arn" {
  description = "The key that encrypts what lies here (SSE-KMS with a bucket key); null: SSE-S3."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn: write the key's ARN, arn:aws:kms:REGION:ACCOUNT:key/ID. An alias is not taken: it may come to point elsewhere."
  }
}

variable "abort_incomplete_days" {
  description = "After so many days parts of uploads that were never completed go; nobody sees them, all are billed."
  type        = number
  default     = 7

  validation {
    condition     = var.abort_incomplete_days >= 1 && floor(var.abort_incomplete_days) == var.abort_incomplete_days
    error_message = "abort_incomplete_days: write a whole number of days, 1 or more."
  }
}

variable "expire_days" {
  description = "After so many days objects go; null: never."
  type        = number
  default     = null

  validation {
    condition     = var.expire_days == null ? true : var.expire_days >= 1 && floor(var.expire_days) == var.expire_days
    error_message = "expire_days: write a whole number of days, 1 or more, or null for never."
  }
}

variable "noncurrent_expire_days" {
  description = "So many days after a version was replaced or deleted it goes; null: never. Never for an input bucket, where it may not have been checked yet."
  type        = number
  default     = null

  validation {
    condition     = var.noncurrent_expire_days == null ? true : var.noncurrent_expire_days >= 1 && floor(var.noncurrent_expire_days) == var.noncurrent_expire_days
    error_message = "noncurrent_expire_days: write a whole number of days, 1 or more, or null for never."
  }
}

variable "access_log" {
  description = "Where S3 writes who asked for what: an existing bucket of the same region, and a prefix; null: nowhere."
  type = object({
    bucket = string
    prefix = optional(string, "")
  })
  default = null

  validation {
    condition     = var.access_log == null ? true : var.access_log.bucket != var.name
    error_message = "access_log: write another bucket. A bucket that logs into itself grows for ever."
  }
}

variable "receives_access_logs" {
  description = "true: other buckets of this account may name this one as access_log; S3 writes them in its own name, and only into SSE-S3."
  type        = bool
  default     = false
}

variable "object_lock" {
  description = "No version can be deleted for so many days: GOVERNANCE (some may), COMPLIANCE (nobody may, root neither). Only settable when the bucket is made; null: none."
  type = object({
    mode = optional(string, "GOVERNANCE")
    days = number
  })
  default = null

  validation {
    condition     = var.object_lock == null ? true : contains(["GOVERNANCE", "COMPLIANCE"], var.object_lock.mode)
    error_message = "object_lock.mode: write GOVERNANCE or COMPLIANCE."
  }

  validation {
    condition     = var.object_lock == null ? true : var.object_lock.days >= 1 && var.object_lock.days <= 36500 && floor(var.object_lock.days) == var.object_lock.days
    error_message = "object_lock.days: write a whole number from 1 to 36500."
  }
}

variable "force_destroy" {
  description = "true: destroy takes every object away with the bucket."
  type        = bool
  default     = false
}

variable "tags" {
  description = "Tags of the bucket."
  type        = map(string)
  default     = {}
}
