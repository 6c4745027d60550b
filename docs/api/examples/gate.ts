// The schemas of schemas/openapi.yaml as types. Written by scripts/api_reference.py; do not edit.

export type WebhookEvent = "valid" | "invalid" | "unverifiable" | "failed" | "companion" | "ignored" | "released" | "rejected";
export type Webhook = { id: string; url: string; events: WebhookEvent[]; allow_http: boolean; made_at: string; state: "active" | "disabled"; waiting: Count; dead: Count; disabled_at?: string; delivered_at?: string; last_error?: string; dead_letters: { notice: string; died_at: string; attempts: number; why: string }[] };
export type NewWebhook = { id: string; url: string; events: WebhookEvent[]; allow_http: boolean; made_at: string; secret: string; old_secret_until?: string };
export type WebhookTest = { delivered: boolean; status?: number; why?: string };
export type Problem = { type: "about:blank"; title: string; status: number; code: ProblemCode; detail: string };
export type ProblemCode = "already_exists" | "answer_not_kept" | "answer_too_long" | "answer_unknown" | "bad_condition" | "bad_idempotency_key" | "bad_request" | "bad_target" | "body_too_large" | "cancelled" | "changed_meanwhile" | "checksum_mismatch" | "content_range" | "corrupt" | "digest_mismatch" | "encoded_body" | "exists" | "foreign_host" | "foreign_key" | "foreign_origin" | "header_too_large" | "idempotency_key_reused" | "internal" | "invalid_argument" | "invalid_token" | "method_not_allowed" | "no_space" | "no_such_path" | "not_allowed_now" | "not_found" | "not_known" | "not_open" | "parts_missing" | "permission_denied" | "piece_type" | "precondition_failed" | "range_not_satisfiable" | "request_in_flight" | "size_mismatch" | "target_too_long" | "throttled" | "timeout" | "too_many_connections" | "too_many_operations" | "too_many_requests" | "too_many_tokens" | "too_many_uploads" | "too_many_wait" | "too_slow" | "tus_version" | "unavailable" | "unknown_parameter" | "unsupported" | "upload_in_use" | "wrong_offset";
export type FileId = string;
export type Count = number;
/** RFC 3339 in UTC, with milliseconds. */
export type Time = string;
/** A viewer looks at records, an uploader sends files below its prefixes and looks at those, an operator may do everything. */
export type TokenRole = "viewer" | "uploader" | "operator";
export type AccessToken = { id: string; name: string; role: TokenRole; state: "in_force" | "expired" | "revoked"; prefixes?: string[]; created: Time; expires?: Time; revoked?: Time };
export type Sha256 = string;
/** The `revision` of the record that was looked at; another one is a conflict. */
export type IfRevision = number;
export type RerunRequest = { note?: string; if_revision?: IfRevision };
/** received, processing and vanished are not at rest; valid, companion, ignored and released passed; invalid, unverifiable and failed wait for a review; rejected is over. */
export type FileStatus = "received" | "processing" | "vanished" | "valid" | "invalid" | "unverifiable" | "failed" | "companion" | "ignored" | "released" | "rejected";
export type Health = { status: "ok" | "degraded" | "failing"; version: string; pipeline: string; paused: boolean; time: Time; queue?: QueueDepth; checks?: { contracts: string; records: string; queue: string } };
export type QueueDepth = { visible: Count; in_flight: Count; dead: Count; oldest_age_ms?: number };
export type Stats = { since: Time; until: Time; files: FileCounts; invalid_ratio: Share; bytes: Count; arrival_to_verdict_ms: Percentiles; percentile_error: number; bucket_seconds: number; buckets: StatsBucket[]; open: Count; open_complete: boolean; queue: QueueDepth };
export type StatsBucket = { begin: Time; files: FileCounts; invalid_ratio: Share; bytes: Count; arrival_to_verdict_ms: Percentiles };
/** Files by their first verdict; reviews are not counted again. */
export type FileCounts = { valid: Count; invalid: Count; unverifiable: Count; failed: Count };
/** Of files with a verdict, those that are invalid; null where there are none. */
export type Share = number | null;
/** Milliseconds from the first sight of a file to its verdict; null where there are none. */
export type Percentiles = Record<string, unknown> | null;
export type Alarms = { time: Time; alarms: Alarm[] };
export type Alarm = { name: string; rule: "ErrorRate" | "SlowProcessing" | "QueueAge" | "DeadLetters" | "InvalidRatio" | "Silence" | "Throttles" | "SweepFindings" | "Paused"; state: "OK" | "ALARM" | "INSUFFICIENT_DATA"; since: string | null; value: number | null; comparison: "GreaterThanThreshold" | "LessThanThreshold"; threshold: number; unit: string; severity: "warning" | "critical"; meaning: string; runbook: string };
export type DeadLetters = { dead_letters: { message_id: string; body: string; receive_count: Count; died_at?: Time }[] };
export type ContractList = { contracts: ContractStamp[]; complaint: string };
export type ContractStamp = { name: string; name_hex?: Hex; digest: string };
export type LintAnswer = { digest: Sha256; sound: boolean; messages: { level: "error" | "warning"; path: string; line: number; column: Count; message: string }[] };
export type SweepReport = { listed: number; announced: number; requeued: number; finished: number; withdrawn: number; reopened: number; complete: boolean };
export type BackfillReport = { listed: Count; taken: Count; known: Count; dry_run: boolean };
export type AuditReport = { versions: number; records: Count; rebuilt: Count; strays_total: Count; strays: { kind: "no_record" | "duplicate" | "foreign" | "missing" | "unreadable" | "stuck"; bucket: string; key: string; version: string; id?: FileId }[] };
export type AuditPage = { entries: { at: Time; action: string; caller: string; request_id: string; subject: string; note: string; outcome: "begun" | "done" | "refused" | "failed"; reason?: string }[]; next_cursor?: string };
export type Contract = { name: string; digest: string; path?: string; text?: string; names_files?: string[]; complaint: string };
export type OfferedFiles = { path: string; text: string }[];
export type TrialVerdict = { verdict: "valid" | "invalid" | "unverifiable"; contract: string; codes: FindingCode[]; findings_total: Count };
export type TrialAnswer = { digest: string; sound: true; messages: Record<string, unknown>[]; changed: Count; not_tried: Count; results: { id: FileId; key: string; status: FileStatus; changes?: boolean; now?: TrialVerdict; then?: TrialVerdict; without?: string; code?: string; reason?: string }[]; next_cursor?: string };
export type ReviewResults = { dry_run: boolean; counts: Record<string, Count>; results: { id: FileId; key?: string; status?: FileStatus; revision?: number; result: "accepted" | "would_be_accepted" | "refused" | "failed"; code?: string; reason?: string }[]; unreadable?: FileId[]; unanswered?: FileId[]; next_cursor?: string };
export type FilePage = { index: "open" | "final"; files: FileLine[]; unreadable?: FileId[]; next_cursor?: string };
export type FileHead = { id: FileId; status: FileStatus; final: boolean; revision: number; bucket: string; key: string; key_hex?: Hex; version: string; size: Count; attempt: Count; received_at: Time; final_at?: Time; target?: Target };
export type FileLine = FileHead & { type?: string; contract?: string; codes?: FindingCode[]; findings_total?: Count; review?: ReviewAction };
export type FileRecord = FileHead & { epoch: number; crashes: Count; source: ObjectRef; source_time: Time; traceparent?: string; verdict?: Verdict; decided_at?: Time; has_report?: boolean; companions?: CompanionUse[]; review?: Review; waits_for?: string; history: HistoryEntry[]; last_error?: string; retry_after?: Time; enqueued_at?: Time; expires_at?: Time };
export type ObjectRef = { bucket: string; key: string; key_hex?: Hex; version: string };
/** Where the verified copy was published. */
export type Target = { bucket: string; key: string; key_hex?: Hex; version: string; etag: string };
/** A checksum file that entered the decision. */
export type CompanionUse = { bucket: string; key: string; key_hex?: Hex; version: string; sha256: Sha256 };
export type ReviewAction = "release" | "reject" | "rerun";
export type Review = { action: ReviewAction; who: string; note: string; at: Time };
/** An epoch that ended, and how. */
export type HistoryEntry = { epoch: Count; attempts: Count; status: FileStatus; codes: string; contract: ContractStamp; review?: Review; target?: Target; at: Time };
/** The bytes of the text beside it, which are no UTF-8. */
export type Hex = string;
/** See docs/findings.md. */
export type FindingCode = string;
/** Of the received bytes, in hexadecimal; beyond the first two only what was declared. */
export type Digests = { sha256: string; crc64nvme: string; crc32?: string; crc32c?: string; sha1?: string; md5?: string };
export type UploadOrder = { key: string; size: number; sha256?: string; content_type?: string };
export type UploadTarget = { kind: "form" | "tus" | "parts"; expires: string; url?: string; id?: string; fields?: string[][]; part_size?: number; parts?: number };
export type PartsWanted = { first?: number; count?: number };
export type SignedParts = { parts: { number: number; size: number; url: string; expires: string }[] };
export type UploadState = { id: string; offset: number; size: number; file_id?: FileId };
/** An accepted file whose record cannot be read at this moment. */
export type Received = { id: FileId; key: string; size?: Count };
export type Verdict = { verdict: "valid" | "invalid" | "unverifiable"; type: string; type_hex?: Hex; size: Count; digests: Digests; contract: ContractStamp; findings: Finding[]; findings_total: number };
export type Finding = { code: FindingCode; severity: "error" | "unverifiable" | "warning"; message: string; message_hex?: Hex; location: Location };
/** What does not apply is absent. */
export type Location = { path: (string | { name: string; name_hex: Hex })[]; byte?: number; line?: number; row?: number; column?: string; column_hex?: Hex; column_index?: number; pointer?: string; pointer_hex?: Hex; outer_byte?: number };
