"""docs/api is what scripts/api_reference.py would write, and the answers that it shows are as the document says."""

import json
import unittest

import document
import jsonschema
import reference


class Reference(unittest.TestCase):
    def setUp(self):
        self.recorded = json.loads((reference.DOCS / "answers.json").read_text(encoding="utf-8"))

    def test_pages_are_not_stale(self):
        for path, text in reference.pages(reference.DOCS / "answers.json").items():
            with self.subTest(path.name):
                self.assertTrue(path.exists() and path.read_text(encoding="utf-8") == text, "run scripts/api_reference.py")

    def test_every_call_has_an_answer_and_no_other(self):
        named = {operation["operationId"] for _path, _method, operation in document.operations(document.of_host(document.load(), "server"))}
        self.assertEqual(sorted(self.recorded), sorted(named), "run scripts/api_reference.py --record")

    def test_the_answers_are_as_documented(self):
        told = document.closed(document.load())
        for _path, _method, operation in document.operations(told):
            shown = self.recorded.get(operation["operationId"])
            if shown is None or "answer" not in shown:
                continue
            with self.subTest(operation["operationId"]):
                answer = document.resolve(told, operation["responses"][str(shown["status"])])
                schema = answer["content"][shown["content_type"]]["schema"]
                jsonschema.Draft202012Validator({**schema, "components": told["components"]}).validate(shown["answer"])
