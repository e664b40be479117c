import assert from "node:assert/strict";

import { judge } from "../../../cli/sessions/judge";
import type { OpenSession } from "../../../toolkit/openSessions";

const role = { canLogIn: true, superuser: false, iam: false, password: true, connectionLimit: -1 };
const session: OpenSession = {
    pid: 1,
    login: "shop_app",
    database: "app",
    address: null,
    application: "",
    since: null,
    began: null,
    state: "idle",
    transactionMs: null,
    role,
    connect: true,
};

describe("a session", () => {
    it("belongs to an undeclared login whatever its name's prefix, unless RDS created it", () => {
        const known = { declared: new Set(["shop_app"]), own: new Set(["keyless_provisioner"]) };
        const declared = (login: string) => judge({ ...session, login }, known, []).declared;
        assert.deepEqual(["shop_app", "eve", "rds_eve", "rdsproxyadmin", "keyless_provisioner"].map(declared), [
            true,
            false,
            false,
            null,
            null,
        ]);
    });
});
