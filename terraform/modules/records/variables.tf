variable "name" {
  description = "The table's name."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{3,255}$", var.name))
    error_message = "name: write 3 to 255 letters, digits, '_', '.' and '-'."
  }
}

variable "kms_key_arn" {
  description = "The key that encrypts the table; null: the key that DynamoDB owns."
  type        = string
  default     = null
}

variable "point_in_time_recovery" {
  description = "Backups of every second of the last 35 days, for about as much as the table's storage."
  type        = bool
  default     = true
}

variable "deletion_protection" {
  description = "true: neither this nor anybody else deletes the table before it is set to false."
  type        = bool
  default     = true
}

variable "tags" {
  description = "Tags of the table."
  type        = map(string)
  default     = {}
}
