import assert from "node:assert/strict";

import { foundIn } from "./found";
import { app, butCatalog, database, good, object, role, rolesWith } from "./good";

const { catalog } = good.database;

describe("the logins that PUBLIC's CONNECT admits", () => {
    /** The statements that keep the CONNECT of ann, a member of a group that may connect. */
    const keptFor = (inherit: boolean, grantor: string) => {
        const { items } = object("database", "app", "postgres", {
            public: ["CONNECT"],
            staff: ["CONNECT"],
            billing_app: ["CONNECT"],
            keyless_breakglass: ["CONNECT"],
        });
        const others = app.objects.filter((one) => one !== database);
        const facts = butCatalog({
            databases: [{ ...app, objects: [{ ...database, items }, ...others] }],
            roles: rolesWith(role("staff", { login: false }), role("ann", { inherit })),
            memberships: [...catalog.value.memberships, { role: "staff", member: "ann", grantor, admin: false }],
        });
        return foundIn(facts).flatMap(({ change }) => change.filter((one) => one.startsWith("GRANT")));
    };
    const GRANT = 'GRANT CONNECT ON DATABASE "app" TO "ann"';

    it("are not those that inherit it from a group", () => assert.deepEqual(keptFor(true, "postgres"), []));

    it("include members that do not inherit", () => assert.deepEqual(keptFor(false, "postgres"), [GRANT]));

    it("include the creator of a group, whose membership does not inherit either", () =>
        assert.deepEqual(keptFor(true, "rdsadmin"), [GRANT]));
});
