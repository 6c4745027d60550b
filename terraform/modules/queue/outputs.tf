output "url" {
  description = "URL of the queue of work."
  value       = aws_sqs_queue.work.url
}

output "arn" {
  description = "ARN of the queue of work."
  value       = aws_sqs_queue.work.arn
}

output "name" {
  description = "Name of the queue of work, the dimension of its metrics."
  value       = aws_sqs_queue.work.name
}

output "dead_url" {
  description = "URL of the queue of dead letters."
  value       = aws_sqs_queue.dead.url
}

output "dead_arn" {
  description = "ARN of the queue of dead letters."
  value       = aws_sqs_queue.dead.arn
}

output "dead_name" {
  description = "Name of the queue of dead letters."
  value       = aws_sqs_queue.dead.name
}
