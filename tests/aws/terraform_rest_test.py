"""Each type of the stack of terraform/ is taken by the service that it is for, and told back as the HCL has it; those of the chain too."""

import unittest

import emulators
import rendered
import rendered_rest

VARIABLES = {"name": "tfrest", "region": emulators.REGION, "contracts_folder": "../contracts", "api": {"authorization": "token"}, "output_expire_days": 400,
             "alarm_emails": ["gate@example.com"]}
ON_NO_SERVICE = {"terraform_data"}


class RestOfTheStack(unittest.TestCase):
    def assert_told_back(self, *parts):
        for part in parts:
            pairs = list(part())
            self.assertGreater(len(pairs), 1, part.__name__)
            for found, wanted in pairs:
                with self.subTest(part.__name__):
                    self.assertEqual(found, wanted)

    def test_every_type_is_taken_and_told_back(self):
        try:
            resources = rendered.applied(VARIABLES)
        except rendered.workspaces.NotHere as why:
            self.skipTest(str(why))
        ministack = self.enterContext(emulators.Ministack())
        rest = rendered_rest.Rest(ministack, resources)
        rest.stores()
        rest.queues()
        rest.roles()
        self.assert_told_back(rest.around_buckets, rest.around_queues, rest.seeing)  # log groups come before their functions
        rest.workers(dict.fromkeys(("ingest", "sweep", "api", "authorize"), ministack.endpoint))
        self.assert_told_back(rest.around_functions, rest.api)
        self.assertEqual(len(list(rest.consumers())), 1)
        self.assertEqual({kind for kind, _ in rest.resources} - rest.made, ON_NO_SERVICE)


if __name__ == "__main__":
    unittest.main()
