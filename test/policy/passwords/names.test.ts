import assert from "node:assert/strict";

import { kindOfName } from "../../../policy/passwords/names";
import rows from "./names.json";

/**
 * Names from the conventions of public programs, each with what it holds and where it comes from: a database's
 * `password`; a `bare` password, of which only its neighbours say whose it is; the `place` or the `address` of a
 * database; or something `other`, like a setting or another system's password.
 */
const kinds: Readonly<Record<string, string>> = { place: "database", address: "database" };

describe("the names of passwords", () => {
    it(`are distinguished as the conventions of ${rows.length} variables and keys do`, () => {
        const wrong = rows.flatMap(([name = "", kind = "", source]) => {
            const found = kindOfName(name);
            return found === (kinds[kind] ?? kind) ? [] : [`${name} (${source}) is ${kind}, not ${found}`];
        });
        assert.deepEqual(wrong, []);
        assert.ok(rows.length >= 300);
    });

    it("have the same meaning in every spelling", () => {
        for (const name of ["DB_PASSWORD", "dbPassword", "db-password", "db.password", "DbPassword", "DBPASSWORD"]) {
            assert.equal(kindOfName(name), "password", name);
        }
        for (const name of [
            "SMTP_PASSWORD",
            "smtpPassword",
            "smtp.password",
            "passwordless",
            "DB_PASSWORD_POLICY",
            "",
        ]) {
            assert.equal(kindOfName(name), "other", name);
        }
    });
});
