import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Authority } from "../../../sandbox/postgres/authority";

const HOSTS = ["keyless.cluster-x.eu-central-1.rds.amazonaws.com", "keyless-0.x.eu-central-1.rds.amazonaws.com"];

describe("the sandbox's certificate authority", () => {
    let dir: string;
    let authority: Authority;

    before(async () => {
        dir = mkdtempSync(join(tmpdir(), "keyless-authority-"));
        authority = await Authority.open(join(dir, "tls"));
    });
    after(() => rmSync(dir, { recursive: true, force: true }));

    it("is created once, even by concurrent callers, with a private key file", async () => {
        const place = join(dir, "another");
        const all = await Promise.all([1, 2, 3].map(() => Authority.open(place)));
        assert.equal(new Set(all.map(({ certificate }) => certificate)).size, 1);
        assert.equal(statSync(join(place, "ca.key")).mode & 0o777, 0o600);
        const made = new X509Certificate(readFileSync(join(place, "ca.pem")));
        assert.deepEqual([made.ca, made.verify(made.publicKey)], [true, true]);
    });

    it("signs a server's certificate for each of its names and for 127.0.0.1", async () => {
        const { cert, key } = await authority.server("cluster-ABC", HOSTS);
        const made = new X509Certificate(cert);
        assert.equal(made.subjectAltName, [...HOSTS.map((host) => `DNS:${host}`), "IP Address:127.0.0.1"].join(", "));
        assert.deepEqual(
            [made.verify(root().publicKey), made.checkPrivateKey(createPrivateKey(key)), made.ca, made.keyUsage],
            [true, true, false, ["1.3.6.1.5.5.7.3.1"]],
        );
    });

    it("signs a client's certificate for any user name", async () => {
        for (const user of ["shop_app", 'a,b="x";\\ +#é名', "#1", " ", "x".repeat(63)]) {
            const { cert } = await authority.client(user);
            const made = new X509Certificate(cert);
            assert.deepEqual(
                [made.toLegacyObject().subject["CN"], made.verify(root().publicKey), made.keyUsage],
                [user, true, ["1.3.6.1.5.5.7.3.2"]],
            );
        }
    });

    function root(): X509Certificate {
        return new X509Certificate(authority.certificate);
    }
});
