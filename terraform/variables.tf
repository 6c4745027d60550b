# name and region are all that has to be written. Rules that need more than one variable stand in refusals.tf.

variable "name" {
  description = "The pipeline's name: the beginning of every name here, and the dimension of its metrics. For good: another name is another gate."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,17}[a-z0-9]$", var.name)) && !strcontains(var.name, "--")
    error_message = "name: write 2 to 19 lower case letters, digits and single hyphens, a letter first, such as orders-gate. Bucket names are made of it, and those end at 63."
  }
}

variable "region" {
  description = "The region of all of it."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2,3}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region: write a region's name such as eu-central-1."
  }
}

# ---- files

variable "existing_buckets" {
  description = "Buckets that are there already: nothing of theirs is changed. They have to keep versions; an input bucket also has to tell EventBridge (`scalper connect BUCKET`). null: made here. kms_key_arns: the keys that encrypt them, which the functions may use then."
  type = object({
    input        = optional(string)
    output       = optional(string)
    quarantine   = optional(string)
    kms_key_arns = optional(set(string), [])
  })
  default = {}

  validation {
    condition     = length(distinct(compact([var.existing_buckets.input, var.existing_buckets.output, var.existing_buckets.quarantine]))) == length(compact([var.existing_buckets.input, var.existing_buckets.output, var.existing_buckets.quarantine]))
    error_message = "existing_buckets: write different buckets. With input = output every file would come again for ever."
  }

  validation {
    condition     = length([for bucket in compact([var.existing_buckets.input, var.existing_buckets.output, var.existing_buckets.quarantine]) : bucket if !can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", bucket))]) == 0
    error_message = "existing_buckets: write names of buckets, such as partner-uploads; no ARNs, no s3://."
  }

  validation {
    condition     = length([for arn in var.existing_buckets.kms_key_arns : arn if !can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/.+$", arn))]) == 0
    error_message = "existing_buckets.kms_key_arns: write ARNs of keys, arn:aws:kms:REGION:ACCOUNT:key/ID; no aliases, which may come to point elsewhere."
  }
}

variable "output_expire_days" {
  description = "After so many days a file in the output goes; null: never."
  type        = number
  default     = null
}

variable "quarantine_expire_days" {
  description = "After so many days a file in quarantine goes, looked at or not; null: never."
  type        = number
  default     = null
}

variable "object_lock" {
  description = "Versions in output and quarantine that nobody can delete for so many days. Only settable when the buckets are made. A quarantined file that is released stays where it was until its lock ends."
  type = object({
    mode            = optional(string, "GOVERNANCE")
    output_days     = optional(number)
    quarantine_days = optional(number)
  })
  default = {}
}

variable "access_log" {
  description = "A bucket for S3's server access logs of all buckets made here, { bucket = \"logs\" }; modules/bucket makes one with receives_access_logs. null: none."
  type        = object({ bucket = string })
  default     = null
}

variable "contracts_folder" {
  description = "A folder of contracts on this machine, which become those of the gate; null: `scalper contract publish --aws` is how contracts come, and until then the built-in one judges."
  type        = string
  default     = null

  validation {
    condition     = var.contracts_folder == null ? true : length([for path in fileset(var.contracts_folder, "**") : path if can(regex("\\.(ya?ml|json)$", path))]) > 0
    error_message = "contracts_folder: there is no such folder, or no .yaml, .yml or .json in it. Write a path such as ./contracts."
  }
}

variable "scalper_binary" {
  description = "The CLI that lints contracts before they are written, and looks before a destroy whether anything is left to do; null: build/bin/scalper beside this folder, if it is there."
  type        = string
  default     = null

  validation {
    condition     = var.scalper_binary == null ? true : fileexists(var.scalper_binary)
    error_message = "scalper_binary: there is no such file. Run ./run --build, or write the path of the program."
  }
}

# ---- functions

variable "package" {
  description = "The zip of ./package: a file, or an object in a bucket of this region. null: dist/scalper-lambda-ARCHITECTURE.zip beside this folder."
  type = object({
    file              = optional(string)
    s3_bucket         = optional(string)
    s3_key            = optional(string)
    s3_object_version = optional(string)
  })
  default = null

  validation {
    condition     = try(var.package.file, null) == null ? true : fileexists(var.package.file)
    error_message = "package.file: there is no such file. Run ./package (arm64: ./package arm64), or write the path of the zip."
  }
}

variable "architecture" {
  description = "x86_64 or arm64 (a fifth cheaper; ./package arm64)."
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture: write x86_64 or arm64."
  }
}

variable "memory_mb" {
  description = "Memory of ingest; the processor's share grows with it, a whole one at 1,769."
  type        = number
  default     = 512

  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240 && floor(var.memory_mb) == var.memory_mb
    error_message = "memory_mb: write a whole number from 128 to 10240."
  }
}

variable "timeout_seconds" {
  description = "How long ingest may work on a batch, and so on its largest file: about 75 MB a second come over the network. Messages are hidden six times as long."
  type        = number
  default     = 300

  validation {
    condition     = var.timeout_seconds >= 15 && var.timeout_seconds <= 900 && floor(var.timeout_seconds) == var.timeout_seconds
    error_message = "timeout_seconds: write a whole number from 15 to 900. The gate stops ten seconds early, and AWS lets no function run longer than 900."
  }
}

variable "batch_size" {
  description = "Messages a batch, 1 to 10."
  type        = number
  default     = 10
}

variable "batch_window_seconds" {
  description = "How long Lambda waits for a batch to fill, 0 to 300; each second is one that the first file waits."
  type        = number
  default     = 0
}

variable "maximum_concurrency" {
  description = "So many batches at once, 2 to 1000; what comes faster waits in the queue."
  type        = number
  default     = 50
}

variable "reserved_concurrency" {
  description = "So many at once are kept for sweep and API whatever ingest does; -1: none. In an account that may run only 10 functions at once (a new one) write -1 for both."
  type = object({
    sweep = optional(number, 1)
    api   = optional(number, 5)
  })
  default = {}
}

variable "max_receive_count" {
  description = "After so many tries a message is a dead letter, 5 to 1000."
  type        = number
  default     = 5
}

variable "sweep_schedule" {
  description = "When the sweep runs: rate(5 minutes), or cron(...) in UTC."
  type        = string
  default     = "rate(5 minutes)"
}

variable "max_files_per_hour" {
  description = "The sweep pauses the gate once more files than that ended within an hour, so that a flood costs no more than you planned; `scalper resume --aws` lets it go on. null: no limit."
  type        = number
  default     = null

  validation {
    condition     = var.max_files_per_hour == null ? true : var.max_files_per_hour >= 1 && var.max_files_per_hour <= 1000000000 && floor(var.max_files_per_hour) == var.max_files_per_hour
    error_message = "max_files_per_hour: write a whole number from 1 to 1000000000, or leave it out for no limit."
  }
}

variable "publish" {
  description = "direct, or exact: every copy to the output is a fenced one, for a few calls more (ARCHITECTURE.md says when that matters)."
  type        = string
  default     = "direct"

  validation {
    condition     = contains(["direct", "exact"], var.publish)
    error_message = "publish: write direct or exact."
  }
}

variable "log_level" {
  description = "debug, info, warning or error."
  type        = string
  default     = "info"

  validation {
    condition     = contains(["debug", "info", "warning", "error"], var.log_level)
    error_message = "log_level: write debug, info, warning or error."
  }
}

variable "live_versions" {
  description = "Versions that the functions' aliases point at, to go back: { ingest = \"7\", sweep = \"7\" }; null: the newest."
  type = object({
    ingest    = optional(string)
    sweep     = optional(string)
    api       = optional(string)
    authorize = optional(string)
  })
  default = {}
}

variable "vpc" {
  description = "Subnets and security groups for the functions; null: no VPC. What they call needs a way out there, or `endpoints`, which are made then: one set a VPC."
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
    endpoints = optional(object({
      vpc_id          = string
      route_table_ids = list(string)
    }))
  })
  default = null

  validation {
    condition     = var.vpc == null ? true : var.vpc.endpoints == null ? true : length(var.vpc.endpoints.route_table_ids) >= 1 && startswith(var.vpc.endpoints.vpc_id, "vpc-")
    error_message = "vpc.endpoints: write the VPC's id (vpc-...) and the route tables of its subnets; without a route nothing reaches S3."
  }
}

# ---- API

variable "api" {
  description = "Who may call the REST API: iam (signed requests, operators all), jwt (jwt_issuer, jwt_audience; roles by scopes scalper/viewer, scalper/uploader, scalper/operator), or token (access tokens of the gate, scalper token add --aws). Limits count all callers together. null: no API."
  type = object({
    authorization = optional(string, "iam")
    jwt_issuer    = optional(string)
    jwt_audience  = optional(list(string), [])
    rate_limit    = optional(number, 50)
    burst_limit   = optional(number, 100)
    cors_origins  = optional(set(string), [])
    domain        = optional(object({ name = string, certificate_arn = string }))
  })
  default = {}
}

# ---- security

variable "create_kms_key" {
  description = "true: a key of the pipeline's own encrypts buckets, queues, table, topics and logs (a dollar a month and what it is asked). false: AWS's own encryption."
  type        = bool
  default     = false
}

variable "kms_key_arn" {
  description = "A key that is there already, instead of one made here; its policy has to let in what modules/security/README.md lists."
  type        = string
  default     = null
}

variable "permissions_boundary_arn" {
  description = "A policy that no role here may go beyond; null: none."
  type        = string
  default     = null
}

# ---- what happens at the end

variable "point_in_time_recovery" {
  description = "The table can be put back to every second of the last 35 days."
  type        = bool
  default     = true
}

variable "deletion_protection" {
  description = "true: the table of records cannot be deleted. README.md, \"Taking it away\", tells the way out."
  type        = bool
  default     = true
}

variable "destroy_unfinished" {
  description = "true: destroy does not ask whether messages wait, files lie in the input or are on their way."
  type        = bool
  default     = false
}

variable "force_destroy" {
  description = "true: destroy takes the buckets' objects away with them."
  type        = bool
  default     = false
}

# ---- seeing

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
  description = "SNS topics that are told when any critical alarm is on: for a pager."
  type        = set(string)
  default     = []
}

variable "alarm_thresholds" {
  description = "Other thresholds than those of modules/observability/alarms.json: { InvalidRatio = 20 }."
  type        = map(number)
  default     = {}
}

variable "muted_alarms" {
  description = "Alarms that are shown but tell nobody: [\"Silence\"] where files come once a month."
  type        = set(string)
  default     = []
}

variable "notice_bus_arn" {
  description = "A bus of EventBridge that is told final verdicts beside the topic; null: none."
  type        = string
  default     = null

  validation {
    condition     = var.notice_bus_arn == null ? true : can(regex("^arn:[^:]+:events:[^:]+:[0-9]{12}:event-bus/.+$", var.notice_bus_arn))
    error_message = "notice_bus_arn: write a bus's ARN, arn:aws:events:REGION:ACCOUNT:event-bus/NAME."
  }
}

variable "runbook_url" {
  description = "Where docs/runbooks/ lies for those who read alarms: an address of your copy."
  type        = string
  default     = "docs/runbooks"
}

variable "log_retention_days" {
  description = "How long log lines are kept."
  type        = number
  default     = 90
}

variable "tags" {
  description = "Tags of everything."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(var.tags) <= 45 && length([for name in keys(var.tags) : name if !can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}$", name)) || startswith(lower(name), "aws:")]) == 0
    error_message = "tags: write at most 45 (AWS takes 50, some of them are ours), with names of up to 128 letters, digits, spaces and _.:/=+-@ that do not begin with aws:, such as { Team = \"data\" }."
  }
}
