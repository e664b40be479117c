import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { caBundlePath, writeCaBundle } from "../../../components/tenancy/caBundle";

describe("the bundle of certificate authorities", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "keyless-ca-"));
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    it("holds a root of RDS for the regions of the commercial partition that has not expired", () => {
        const pem = readFileSync(writeCaBundle(join(folder, "new", "ca.pem")), "utf8");
        const certificates = (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g) ?? []).map(
            (text) => new X509Certificate(text),
        );
        const valid = certificates.filter((certificate) => new Date(certificate.validTo) > new Date());
        for (const region of ["eu-central-1", "us-east-1", "ap-southeast-2", "sa-east-1"]) {
            assert.ok(
                valid.some(({ subject }) => subject.includes(`Amazon RDS ${region} Root CA RSA2048 G1`)),
                `no root of ${region}`,
            );
        }
    });

    it("repairs a wrong file and leaves a correct one", () => {
        const path = join(folder, "ca.pem");
        writeFileSync(path, "broken");
        const pem = readFileSync(writeCaBundle(path), "utf8");
        const { mtimeMs } = statSync(path);
        assert.ok(pem.startsWith("-----BEGIN CERTIFICATE-----"));
        assert.equal(statSync(writeCaBundle(path)).mtimeMs, mtimeMs);
    });

    it("has the same path on every machine", () => {
        assert.equal(isAbsolute(caBundlePath), false);
    });
});
