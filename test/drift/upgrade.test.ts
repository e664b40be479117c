import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { accessOf, readResources } from "../../access";
import { findDrift, type Facts } from "../../drift/index";
import { BREAK_GLASS, PROVISIONER } from "../../toolkit/serverNames";
import { sql } from "../../toolkit/sql";
import { readRecordedState, recordedDir } from "../support/recordedState";

type RoleFacts = NonNullable<ReturnType<Facts["roles"]["get"]>>;
type Defaults = Facts["defaults"][number];
type Written = Omit<Facts, "roles" | "objects" | "defaults" | "others" | "ownRoles"> & {
    readonly roles: readonly RoleFacts[];
    readonly objects: readonly Omit<Facts["objects"][number], "on">[];
    readonly defaults: readonly (Omit<Defaults, "entries"> & { readonly items: Defaults["entries"] })[];
};

/** What that version did not read: its objects belong to no role of Postgres or RDS. */
const ownRoles: Facts["ownRoles"] = new Set(["postgres", "rdsadmin", "pg_database_owner"]);
const others: Facts["others"] = {
    inSchemas: [],
    outside: [],
    provided: [],
    taken: [],
    mappings: [],
    largeObjectDefaults: [],
    settings: [],
};

/** The catalogs' content when the state was recorded; no statement uses these objects here. */
function recordedFacts(stack: string): Facts {
    const written = JSON.parse(readFileSync(join(recordedDir, `${stack}.catalogs.json`), "utf8")) as Written;
    const objects = written.objects.map((object) => ({ ...object, on: sql`TABLE recorded` }));
    const defaults = written.defaults.map(({ items, ...of }) => ({ ...of, entries: items }));
    return {
        ...written,
        roles: new Map(written.roles.map((role) => [role.name, role])),
        objects,
        defaults,
        others,
        ownRoles,
    };
}

describe("the catalogs of a stack that an earlier version brought up", () => {
    for (const stack of ["everything", "application-server"]) {
        it(`differ from its state only in settings that the bootstrap has given its roles since: ${stack}`, () => {
            const { after } = readResources({ version: 3, deployment: { resources: readRecordedState(stack) } });
            const [server] = accessOf(after).servers.map((one) => one.server.key);
            assert.ok(server !== undefined);
            const findings = findDrift(after, recordedFacts(stack), { server, breakGlass: BREAK_GLASS });
            const ofBootstrap = (message: string): boolean =>
                [PROVISIONER, BREAK_GLASS].some((role) => message.startsWith(`${role} has no `));
            const other = findings.filter(({ kind, message }) => kind !== "role setting" || !ofBootstrap(message));
            assert.deepEqual(
                other.map(({ kind, message }) => `${kind}: ${message}`),
                [],
            );
        });
    }
});
