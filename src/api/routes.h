#pragma once
// What the routes do. Each is one request answered; errors are problems already.

#include "api/service.h"

namespace scalper::api {

// Looking.
[[nodiscard]] Reply get_health(const Call& call);
[[nodiscard]] Reply get_stats(const Call& call);
[[nodiscard]] Reply get_alarms(const Call& call);
[[nodiscard]] Reply get_metrics(const Call& call);
[[nodiscard]] Reply get_events(const Call& call);
[[nodiscard]] Reply get_openapi(const Call& call);
[[nodiscard]] Reply list_files(const Call& call);
[[nodiscard]] Reply get_file(const Call& call);
[[nodiscard]] Reply get_report(const Call& call);
[[nodiscard]] Reply get_content(const Call& call);
[[nodiscard]] Reply get_audit(const Call& call);
[[nodiscard]] Reply get_queue(const Call& call);
[[nodiscard]] Reply get_dead_letters(const Call& call);
[[nodiscard]] Reply list_contracts(const Call& call);
[[nodiscard]] Reply get_contract(const Call& call);

// Sending.
[[nodiscard]] Reply put_file(const Call& call);
[[nodiscard]] Reply describe_uploads(const Call& call);
[[nodiscard]] Reply create_upload(const Call& call);  // by tus, or issue_target() of a JSON body
[[nodiscard]] Reply issue_target(const Call& call);
[[nodiscard]] Reply get_upload(const Call& call);
[[nodiscard]] Reply patch_upload(const Call& call);
[[nodiscard]] Reply delete_upload(const Call& call);  // by tus, or abort_parts() where the host has parts
[[nodiscard]] Reply sign_parts(const Call& call);
[[nodiscard]] Reply complete_parts(const Call& call);
[[nodiscard]] Reply abort_parts(const Call& call);

// Review.
[[nodiscard]] Reply release_file(const Call& call);
[[nodiscard]] Reply reject_file(const Call& call);
[[nodiscard]] Reply rerun_file(const Call& call);
[[nodiscard]] Reply withdraw_intent(const Call& call);
[[nodiscard]] Reply review_many(const Call& call);

// Operating.
[[nodiscard]] Reply process_by_hand(const Call& call);
[[nodiscard]] Reply run_sweep(const Call& call);
[[nodiscard]] Reply run_backfill(const Call& call);
[[nodiscard]] Reply run_audit(const Call& call);
[[nodiscard]] Reply run_redrive(const Call& call);
[[nodiscard]] Reply pause_gate(const Call& call);
[[nodiscard]] Reply resume_gate(const Call& call);
[[nodiscard]] Reply lint_contracts(const Call& call);
[[nodiscard]] Reply publish_contracts(const Call& call);

// Who may call.
[[nodiscard]] Reply list_tokens(const Call& call);
[[nodiscard]] Reply add_token(const Call& call);
[[nodiscard]] Reply revoke_token(const Call& call);
// Trying, with nothing stored.
[[nodiscard]] Reply check_body(const Call& call);
[[nodiscard]] Reply try_contracts(const Call& call);

// Who is told by HTTP.
[[nodiscard]] Reply list_webhooks(const Call& call);
[[nodiscard]] Reply add_webhook(const Call& call);
[[nodiscard]] Reply remove_webhook(const Call& call);
[[nodiscard]] Reply rotate_webhook(const Call& call);
[[nodiscard]] Reply test_webhook(const Call& call);
[[nodiscard]] Reply redeliver_webhook(const Call& call);

}  // namespace scalper::api
