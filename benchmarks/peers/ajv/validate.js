// validate.js SCHEMA FILE ROUNDS: every line of a file that is held in memory, parsed and validated by a compiled schema.
// Prints as benchmarks/subjects.h does.
const fs = require("fs");
const Ajv = require("ajv/dist/2020");

const [schema, file, rounds] = process.argv.slice(2);
const validate = new Ajv({ strict: false }).compile(JSON.parse(fs.readFileSync(schema, "utf8")));
const bytes = fs.readFileSync(file);

function every() {
  let good = true;
  for (let at = 0; at < bytes.length;) {
    let end = bytes.indexOf(10, at);
    if (end < 0) end = bytes.length;
    try {
      good = validate(JSON.parse(bytes.utf8Slice(at, end))) && good;
    } catch (error) {
      good = false;
    }
    at = end + 1;
  }
  return good ? "valid" : "invalid";
}

const seconds = [];
let said = "";
for (let round = 0; round < Math.max(1, Number(rounds)); ++round) {
  const start = process.hrtime.bigint();
  said = every();
  seconds.push(Number(process.hrtime.bigint() - start) / 1e9);
}
seconds.sort((a, b) => a - b);
console.log(said, bytes.length, seconds[0], seconds[seconds.length >> 1]);
