import assert from "node:assert/strict";

import { closingStatements, type MaintenanceDatabase } from "../../bootstrap/closing";

const asMade = (name: string): MaintenanceDatabase => ({
    name,
    owner: "postgres",
    owned: true,
    open: true,
    connects: ["postgres"],
});
const admitted = { provisioner: "keyless_provisioner", breakGlass: "keyless_breakglass" };

describe("closing the databases that come with a server", () => {
    it("grants CONNECT to the bootstrap's logins before revoking it from PUBLIC, and only to the provisioner on the template", () => {
        assert.deepEqual(closingStatements([asMade("postgres"), asMade("template1")], admitted, false).map(String), [
            'GRANT CONNECT ON DATABASE "postgres" TO "keyless_provisioner"',
            'GRANT CONNECT ON DATABASE "postgres" TO "keyless_breakglass"',
            'REVOKE ALL ON DATABASE "postgres" FROM PUBLIC',
            'GRANT CONNECT ON DATABASE "template1" TO "keyless_provisioner"',
            'REVOKE ALL ON DATABASE "template1" FROM PUBLIC',
        ]);
    });

    it("keeps the login of a proxy, also of one added later", () => {
        const closed = { ...asMade("postgres"), open: false, connects: Object.values(admitted) };
        assert.deepEqual(closingStatements([closed], admitted, true).map(String), [
            'GRANT CONNECT ON DATABASE "postgres" TO "rdsproxyadmin"',
        ]);
    });

    it("leaves closed databases and those of other owners alone", () => {
        const closed = { ...asMade("template1"), open: false, connects: ["keyless_provisioner"] };
        const foreign = { ...asMade("postgres"), owner: "rdsadmin", owned: false };
        assert.deepEqual(closingStatements([closed, foreign], admitted, true), []);
    });
});
