output "function_names" {
  description = "Names of the functions by handler."
  value       = { for handler, function in module.function : handler => function.name }
}

output "versions" {
  description = "Newest versions by handler; note them before an upgrade."
  value       = { for handler, function in module.function : handler => function.version }
}

output "alias_arns" {
  description = "What is called, by handler."
  value       = { for handler, function in module.function : handler => function.alias_arn }
}
