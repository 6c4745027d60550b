// What is wrong with the newest invalid files: one line a finding. Node 20; types from gate.ts.
//   npm ci && npx tsc && SCALPER_URL=http://127.0.0.1:8080 [SCALPER_TOKEN=...] node build/invalid.js [PREFIX]
import type { FileLine, FilePage, Problem, Verdict } from "./gate.js";

const url = process.env["SCALPER_URL"] ?? "http://127.0.0.1:8080";
const token = process.env["SCALPER_TOKEN"];

class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
  }
}

async function ask<Answer>(path: string, parameters: Record<string, string> = {}): Promise<Answer> {
  const target = new URL(path, url);
  target.search = new URLSearchParams(parameters).toString();
  const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
  const answer = await fetch(target, { headers, signal: AbortSignal.timeout(30_000) });
  if (!answer.ok) throw new Refused((await answer.json()) as Problem);
  return (await answer.json()) as Answer;
}

/** All files, page by page, newest first. */
async function* files(wanted: Record<string, string>): AsyncGenerator<FileLine> {
  let cursor: string | undefined;
  do {
    const page: FilePage = await ask<FilePage>("/v1/files", cursor ? { ...wanted, cursor } : wanted);
    yield* page.files;
    cursor = page.next_cursor;
  } while (cursor);
}

for await (const file of files({ status: "invalid", limit: "20", prefix: process.argv[2] ?? "" })) {
  const report = await ask<Verdict>(`/v1/files/${file.id}/report`);
  for (const finding of report.findings) console.log(`${file.key}: ${finding.code}: ${finding.message}`);
}
