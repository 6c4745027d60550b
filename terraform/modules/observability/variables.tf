variable "name" {
  description = "The pipeline's name: value of the dimension Pipeline, and the beginning of every name here."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,50}[a-z0-9]$", var.name))
    error_message = "name: write 2 to 52 lower case letters, digits and hyphens, a letter first."
  }
}

variable "region" {
  description = "The region whose metrics the dashboard shows."
  type        = string
}

variable "log_groups" {
  description = "Handlers that write a log: ingest, sweep, api, authorize."
  type        = set(string)
  default     = ["ingest", "sweep"]
}

variable "log_retention_days" {
  description = "How long log lines are kept."
  type        = number
  default     = 90

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days: write one of the numbers that CloudWatch Logs takes: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827 and so on to 3653."
  }
}

variable "kms_key_arn" {
  description = "The key that encrypts logs and topics; null: AWS's own encryption of logs, none of the topics."
  type        = string
  default     = null
}

variable "queue_name" {
  description = "The queue of work, dimension of its metrics."
  type        = string
}

variable "dead_letter_queue_name" {
  description = "The queue of dead letters, dimension of its metrics."
  type        = string
}

variable "alarm_emails" {
  description = "Who is told by mail; each address has to confirm once."
  type        = set(string)
  default     = []

  validation {
    condition     = length([for address in var.alarm_emails : address if !can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s.]+$", address))]) == 0
    error_message = "alarm_emails: write addresses such as gate@example.com."
  }
}

variable "paging_topic_arns" {
  description = "Topics that are told when any critical alarm is on, once for all of them: for a pager."
  type        = set(string)
  default     = []

  validation {
    condition     = length([for arn in var.paging_topic_arns : arn if !can(regex("^arn:[^:]+:sns:[^:]+:[0-9]{12}:[^:]+$", arn))]) == 0
    error_message = "paging_topic_arns: write ARNs of SNS topics, arn:aws:sns:REGION:ACCOUNT:NAME."
  }
}

variable "alarm_thresholds" {
  description = "Other thresholds than those of alarms.json, by alarm: { InvalidRatio = 20 }."
  type        = map(number)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.alarm_thresholds), ["ErrorRate", "SlowProcessing", "QueueAge", "DeadLetters", "InvalidRatio", "Silence", "Throttles", "SweepFindings", "Paused"])) == 0
    error_message = "alarm_thresholds: write names of alarms: ErrorRate, SlowProcessing, QueueAge, DeadLetters, InvalidRatio, Silence, Throttles, SweepFindings, Paused."
  }
}

variable "muted_alarms" {
  description = "Alarms that are shown but tell nobody: [\"Silence\"] where files come once a month."
  type        = set(string)
  default     = []

  validation {
    condition     = length(setsubtract(var.muted_alarms, ["ErrorRate", "SlowProcessing", "QueueAge", "DeadLetters", "InvalidRatio", "Silence", "Throttles", "SweepFindings", "Paused"])) == 0
    error_message = "muted_alarms: write names of alarms: ErrorRate, SlowProcessing, QueueAge, DeadLetters, InvalidRatio, Silence, Throttles, SweepFindings, Paused."
  }
}

variable "runbook_url" {
  description = "Where docs/runbooks/ lies for those who read alarms: an address of your copy."
  type        = string
  default     = "docs/runbooks"

  validation {
    condition     = can(regex("^\\S{1,200}[^/\\s]$", var.runbook_url))
    error_message = "runbook_url: write an address or a path without a slash at its end."
  }
}

variable "tags" {
  description = "Tags of everything here that takes some."
  type        = map(string)
  default     = {}
}
