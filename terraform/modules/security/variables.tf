variable "name" {
  description = "The pipeline's name: the roles are NAME-ingest, NAME-sweep, NAME-api and NAME-authorize."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,50}[a-z0-9]$", var.name))
    error_message = "name: write 2 to 52 lower case letters, digits and hyphens, a letter first."
  }
}

variable "region" {
  description = "The region of the pipeline."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2,3}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region: write a region's name such as eu-central-1."
  }
}

variable "create_kms_key" {
  description = "true: makes a key of the pipeline's own, with rotation."
  type        = bool
  default     = false
}

variable "kms_key_arn" {
  description = "A key that is there already. Its policy has to let in what the policy here lets in (README). null: none, or the one that is made."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn: write the key's ARN, arn:aws:kms:REGION:ACCOUNT:key/ID. An alias is not taken: it may come to point elsewhere."
  }
}

variable "bucket_key_arns" {
  description = "Keys of buckets that are there already, which ingest and api may use for them."
  type        = set(string)
  default     = []

  validation {
    condition     = length([for arn in var.bucket_key_arns : arn if !can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/.+$", arn))]) == 0
    error_message = "bucket_key_arns: write ARNs of keys, arn:aws:kms:REGION:ACCOUNT:key/ID; no aliases, which may come to point elsewhere."
  }
}

variable "hears_eventbridge" {
  description = "true: a rule on EventBridge fills the queue, and not S3 itself; it has to use the key then."
  type        = bool
  default     = false
}

variable "kms_deletion_window_days" {
  description = "How long a key that was destroyed can be called back; without it nothing that it encrypted can be read."
  type        = number
  default     = 30

  validation {
    condition     = var.kms_deletion_window_days >= 7 && var.kms_deletion_window_days <= 30 && floor(var.kms_deletion_window_days) == var.kms_deletion_window_days
    error_message = "kms_deletion_window_days: write a whole number from 7 to 30."
  }
}

variable "permissions_boundary_arn" {
  description = "A policy that no role here may go beyond; null: none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^arn:[^:]+:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn: write the policy's ARN, arn:aws:iam::ACCOUNT:policy/NAME."
  }
}

variable "bucket_arns" {
  description = "The buckets that the functions work with."
  type = object({
    input      = string
    output     = string
    quarantine = string
    contracts  = string
  })

  validation {
    condition     = length(distinct(values(var.bucket_arns))) == 4
    error_message = "bucket_arns: write four buckets; with one as two of them files would go round for ever."
  }
}

variable "table_arn" {
  description = "The table of records."
  type        = string
}

variable "queue_arn" {
  description = "The queue of work."
  type        = string
}

variable "dead_letter_queue_arn" {
  description = "The queue of dead letters."
  type        = string
}

variable "topic_arn" {
  description = "The topic that is told final verdicts."
  type        = string
}

variable "guards_volume" {
  description = "The sweep counts files in CloudWatch, for a limit of files an hour."
  type        = bool
  default     = false
}

variable "notice_bus_arn" {
  description = "A bus of EventBridge that is told them as well; null: none."
  type        = string
  default     = null

  validation {
    condition     = var.notice_bus_arn == null ? true : can(regex("^arn:[^:]+:events:[^:]+:[0-9]{12}:event-bus/.+$", var.notice_bus_arn))
    error_message = "notice_bus_arn: write a bus's ARN, arn:aws:events:REGION:ACCOUNT:event-bus/NAME."
  }
}

variable "log_group_arns" {
  description = "Where each function writes its log; a role is made for each handler that is here: ingest, sweep, api and authorize."
  type        = map(string)

  validation {
    condition     = length(setsubtract(keys(var.log_group_arns), ["ingest", "sweep", "api", "authorize"])) == 0
    error_message = "log_group_arns: write the handlers ingest, sweep, api and authorize; the program has no other."
  }
}

variable "in_vpc" {
  description = "true: the functions run in a VPC, and Lambda makes network interfaces in their roles' names."
  type        = bool
  default     = false
}

variable "tags" {
  description = "Tags of key and roles."
  type        = map(string)
  default     = {}
}
