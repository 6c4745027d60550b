variable "name" {
  description = "The pipeline's name: the queues are NAME-work and NAME-dead."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,70}[a-z0-9]$", var.name))
    error_message = "name: write 2 to 72 lower case letters, digits and hyphens, a letter first."
  }
}

variable "function_timeout_seconds" {
  description = "How long the function may run that takes from this queue. A message is hidden for six times as long."
  type        = number
  default     = 300

  validation {
    condition     = var.function_timeout_seconds >= 1 && var.function_timeout_seconds <= 900
    error_message = "function_timeout_seconds: write 1 to 900; AWS lets no function run longer."
  }
}

variable "max_receive_count" {
  description = "After so many tries a message is a dead letter. Below 5 a throttled poller alone can use them up."
  type        = number
  default     = 5

  validation {
    condition     = var.max_receive_count >= 5 && var.max_receive_count <= 1000
    error_message = "max_receive_count: write 5 to 1000."
  }
}

variable "retention_seconds" {
  description = "How long a message waits to be taken; a dead letter always waits 14 days."
  type        = number
  default     = 345600

  validation {
    condition     = var.retention_seconds >= 86400 && var.retention_seconds < 1209600
    error_message = "retention_seconds: write 86400 (a day) or more, below 1209600 (14 days): SQS counts a dead letter's age from its first send, so its queue has to keep longer than this one."
  }
}

variable "kms_key_arn" {
  description = "The key that encrypts messages. Its policy has to let s3.amazonaws.com or events.amazonaws.com use it; null: SSE-SQS."
  type        = string
  default     = null
}

variable "source_bucket" {
  description = "The bucket whose new objects fill the queue. via: s3 (its notifications belong to this module alone) or eventbridge (a bucket of others: nothing is changed there, EventBridge delivery has to be on)."
  type = object({
    name = string
    arn  = string
    via  = optional(string, "s3")
  })

  validation {
    condition     = contains(["s3", "eventbridge"], var.source_bucket.via)
    error_message = "source_bucket.via: write s3 or eventbridge."
  }
}

variable "tags" {
  description = "Tags of the queues and the rule."
  type        = map(string)
  default     = {}
}
