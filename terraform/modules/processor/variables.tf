variable "name" {
  description = "The pipeline's name: the functions are NAME-ingest and NAME-sweep."
  type        = string
}

variable "package" {
  description = "The zip of ./package: a file, or an object in a bucket of the same region; see modules/function."
  type = object({
    file              = optional(string)
    s3_bucket         = optional(string)
    s3_key            = optional(string)
    s3_object_version = optional(string)
  })
}

variable "architecture" {
  description = "x86_64 or arm64; the zip has to be of the same."
  type        = string
  default     = "x86_64"
}

variable "role_arns" {
  description = "The roles of the two functions."
  type = object({
    ingest = string
    sweep  = string
  })
}

variable "log_group_names" {
  description = "The log groups of the two functions."
  type = object({
    ingest = string
    sweep  = string
  })
}

variable "environment" {
  description = "The variables of both; `scalper doctor --env` lists them."
  type        = map(string)
}

variable "queue_arn" {
  description = "The queue that ingest takes from."
  type        = string
}

variable "memory_mb" {
  description = "Memory of ingest. Files of a batch are worked on together, as many as fit."
  type        = number
  default     = 512
}

variable "timeout_seconds" {
  description = "How long ingest may work on a batch, and so on its largest file."
  type        = number
  default     = 300
}

variable "batch_size" {
  description = "Messages a batch."
  type        = number
  default     = 10

  validation {
    condition     = var.batch_size >= 1 && var.batch_size <= 10 && floor(var.batch_size) == var.batch_size
    error_message = "batch_size: write a whole number from 1 to 10. More would need a window, and a larger answer than the gate's deadline was measured with."
  }
}

variable "batch_window_seconds" {
  description = "How long Lambda waits for a batch to fill; each second is one that the first file waits."
  type        = number
  default     = 0

  validation {
    condition     = var.batch_window_seconds >= 0 && var.batch_window_seconds <= 300 && floor(var.batch_window_seconds) == var.batch_window_seconds
    error_message = "batch_window_seconds: write a whole number from 0 to 300."
  }
}

variable "maximum_concurrency" {
  description = "So many batches at once; what comes faster waits in the queue. Above 300 with small files DynamoDB's first minute throttles."
  type        = number
  default     = 50

  validation {
    condition     = var.maximum_concurrency >= 2 && var.maximum_concurrency <= 1000 && floor(var.maximum_concurrency) == var.maximum_concurrency
    error_message = "maximum_concurrency: write a whole number from 2 to 1000, which is what SQS mappings take."
  }
}

variable "sweep_reserved_concurrency" {
  description = "So many sweeps at once are kept, whatever ingest does; -1: none are. An account that may run only 10 functions at once (a new one) has none to keep."
  type        = number
  default     = 1
}

variable "sweep_schedule" {
  description = "When the sweep runs: rate(5 minutes), or cron(...) in UTC."
  type        = string
  default     = "rate(5 minutes)"

  validation {
    condition     = can(regex("^(rate\\((1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days))\\)|cron\\(\\S+ \\S+ \\S+ \\S+ \\S+ \\S+\\))$", var.sweep_schedule))
    error_message = "sweep_schedule: write rate(1 minute), rate(5 minutes), rate(2 hours) and the like (EventBridge tells one from many), or cron(...) with six fields."
  }
}

variable "live_version" {
  description = "Versions that the alias `live` points at, to go back; null: the newest."
  type = object({
    ingest = optional(string)
    sweep  = optional(string)
  })
  default = {}
}

variable "vpc" {
  description = "Subnets and security groups to run in; null: no VPC. With `endpoints` the ways out of there are made, one set a VPC."
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
    endpoints = optional(object({
      vpc_id          = string
      region          = string
      route_table_ids = list(string)
    }))
  })
  default = null

  validation {
    condition     = var.vpc == null ? true : var.vpc.endpoints == null ? true : length(var.vpc.endpoints.route_table_ids) >= 1 && startswith(var.vpc.endpoints.vpc_id, "vpc-")
    error_message = "vpc.endpoints: write the VPC's id (vpc-...) and the route tables of its subnets; without a route nothing reaches S3."
  }
}

variable "tags" {
  description = "Tags of functions and rule."
  type        = map(string)
  default     = {}
}
