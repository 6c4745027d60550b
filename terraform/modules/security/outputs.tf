# With depends_on: a function that is made before its role may do anything fails at its first event, and its mapping is refused.
output "role_arns" {
  description = "The roles by handler, known when their policies are there."
  value       = { for handler, role in aws_iam_role.this : handler => role.arn }

  depends_on = [aws_iam_role_policy.may]
}

output "policies" {
  description = "What each role may do, as JSON by handler."
  value       = { for handler, document in data.aws_iam_policy_document.may : handler => document.json }
}

output "kms_key_arn" {
  description = "The key of the pipeline; null: none."
  value       = local.key_arn
}
