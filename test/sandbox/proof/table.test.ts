import assert from "node:assert/strict";

import { RIGHTS } from "../../../sandbox/proof/expectation";
import type { Right } from "../../../sandbox/proof/expectation";
import { lookOf, renderProof } from "../../../sandbox/proof/table";
import type { Mark } from "../../../sandbox/attempts/run";
import type { Deviation, Proof } from "../../../sandbox/proof/verdict";

const PLAIN = { width: 80, color: false };

describe("the proof's table", () => {
    it("shows each login's access to each tenant's data", () => {
        assert.deepEqual(String(renderProof(proofFor(["shop", "billing"]), PLAIN)).split("\n"), [
            "             shop    billing",
            "shop_app     riud··  ······",
            "billing_app  ······  riud··",
            "",
            "r read  i insert  u update  d delete  c create  x drop   · refused, as it should be",
            "24 attempts by 2 logins, CREATE DATABASE and SET ROLE among them:",
            "8 allowed, 16 refused; no leak, nothing missing",
        ]);
    });

    it("marks leaks and missing rights, and lists them", () => {
        const proof = proofFor(["shop", "billing"], {
            "shop_app billing": { read: "leak", drop: "leak" },
            "billing_app billing": { insert: "missing" },
        });
        assert.deepEqual(String(renderProof(proof, PLAIN)).split("\n"), [
            "             shop    billing",
            "shop_app     riud··  R····X",
            "billing_app  ······  r-ud··",
            "",
            "r read  i insert  u update  d delete  c create  x drop   · refused, as it should be",
            "CAPITAL a leak   - a right that is missing   ? not tried or undecided",
            "24 attempts by 2 logins, CREATE DATABASE and SET ROLE among them:",
            "9 allowed, 15 refused; 2 leaks, 1 missing",
            "  leak     shop_app: read on schema billing: SQL",
            "  leak     shop_app: drop on schema billing: SQL",
            "  missing  billing_app: insert on schema billing: SQL (denied)",
        ]);
    });

    it("lists what failed for other reasons than rights, which is no fault", () => {
        const proof = proofFor(["shop"], { "shop_app shop": { update: "undecided" } });
        assert.deepEqual(String(renderProof(proof, PLAIN)).split("\n"), [
            "          shop",
            "shop_app  ri?d··",
            "",
            "r read  i insert  u update  d delete  c create  x drop   · refused, as it should be",
            "CAPITAL a leak   - a right that is missing   ? not tried or undecided",
            "6 attempts by 1 login, CREATE DATABASE and SET ROLE among them:",
            "3 allowed, 2 refused; no leak, nothing missing; 1 failed for reasons other than rights",
            "  failed   shop_app: update on schema shop: SQL (append-only)",
        ]);
    });

    it("is abbreviated if it is too wide, and split into blocks if that is still too wide", () => {
        const names = Array.from({ length: 11 }, (_, i) => `tenant${i}`);
        const proof = proofFor(names, {
            "tenant1_app tenant2": { read: "leak" },
            "tenant2_app tenant2": { insert: "missing" },
        });
        const lines = String(
            renderProof({ ...proof, logins: proof.logins.slice(0, 3) }, { width: 40, color: false }),
        ).split("\n");
        assert.deepEqual(lines.slice(0, 11), [
            "                1  2  3  4  5  6  7  8",
            " 1 tenant0_app  o  ·  ·  ·  ·  ·  ·  ·",
            " 2 tenant1_app  ·  o  L  ·  ·  ·  ·  ·",
            " 3 tenant2_app  ·  ·  -  ·  ·  ·  ·  ·",
            "",
            "                9 10 11",
            " 1 tenant0_app  ·  ·  ·",
            " 2 tenant1_app  ·  ·  ·",
            " 3 tenant2_app  ·  ·  ·",
            "",
            "o its rights, no more and no less   · all refused, as it should be",
        ]);
    });

    it("marks cells without attempts", () => {
        const proof = { ...proofFor(["shop"]), cell: () => undefined };
        assert.equal(String(renderProof(proof, PLAIN)).split("\n")[1], "shop_app  ??????");
    });

    it("shows classes of logins and what differs from them if not all was tried", () => {
        const names = ["tenant0", "tenant1", "tenant2", "tenant3"];
        const proof = proofFor(names, {
            "tenant1_app tenant2": { read: "leak" },
            "tenant3_app tenant3": { insert: "missing" },
        });
        const [first = "", ...rest] = proof.logins;
        const untried = (login: string, tenant: string) => login === "tenant0_app" && tenant === "tenant2";
        const sampled: Proof = {
            ...proof,
            classes: [[first], rest],
            pairs: { chosen: 15, all: 16 },
            cell: (login, tenant) => (untried(login, tenant) ? undefined : proof.cell(login, tenant)),
        };
        assert.deepEqual(String(renderProof(sampled, PLAIN)).split("\n").slice(0, 9), [
            "                           own data          others' data",
            "tenant0_app                riud··  1         ······  2",
            "tenant1_app and 2 like it  riud··  2         ······  8",
            "  r-ud··  tenant3_app on tenant3",
            "  R·····  tenant1_app on tenant2",
            "",
            "r read  i insert  u update  d delete  c create  x drop   · refused, as it should be",
            "CAPITAL a leak   - a right that is missing   ? not tried or undecided",
            "96 attempts by 4 logins, CREATE DATABASE and SET ROLE among them:",
        ]);
    });

    it("cuts long names and long lists", () => {
        const name = "a".repeat(30);
        const finding: Deviation = { who: "x", action: "read", on: "schema y", statement: "SQL" };
        const lines = String(
            renderProof({ ...proofFor([name]), leaks: Array<Deviation>(22).fill(finding) }, PLAIN),
        ).split("\n");
        assert.deepEqual([lines[1], lines.at(-1)], [`${"a".repeat(23)}…  riud··`, "  and 2 more"]);
    });

    it("has colours only if they are enabled", () => {
        const table = String(
            renderProof(proofFor(["shop"], { "shop_app shop": { drop: "leak" } }), {
                width: 80,
                color: true,
            }),
        );
        assert.equal(table.split("\n")[1], "shop_app  \u001b[32mriud\u001b[0m\u001b[2m·\u001b[0m\u001b[31mX\u001b[0m");
        assert.deepEqual(
            [
                lookOf({ isTTY: true, columns: 120 }, {}),
                lookOf({ isTTY: true, columns: 120 }, { NO_COLOR: "1" }),
                lookOf({}, {}),
            ],
            [
                { width: 120, color: true },
                { width: 120, color: false },
                { width: 100, color: false },
            ],
        );
    });
});

type Faults = Record<string, Partial<Record<Right, "leak" | "missing" | "undecided">>>;

/** Every login has the four rights on its own data and none on others, except for the faults, by "login tenant". */
function proofFor(names: readonly string[], faults: Faults = {}): Proof {
    const tenants = names.map((name) => ({ name, schema: name, owner: `${name}_owner`, login: `${name}_app` }));
    const markOf = (login: string, tenant: string, right: Right): Mark => {
        const usual = login === `${tenant}_app` && right !== "create" && right !== "drop" ? "allowed" : "refused";
        return faults[`${login} ${tenant}`]?.[right] ?? usual;
    };
    const all = tenants.flatMap(({ login }) =>
        names.flatMap((tenant) =>
            RIGHTS.map((right) => ({ login, tenant, right, mark: markOf(login, tenant, right) })),
        ),
    );
    const found = (mark: Mark, message: object) =>
        all
            .filter((each) => each.mark === mark)
            .map(({ login, tenant, right }): Deviation => ({
                who: login,
                action: right,
                on: `schema ${tenant}`,
                statement: "SQL",
                ...message,
            }));
    const undecided = found("undecided", { message: "append-only" });
    const allowed = all.filter(({ mark }) => mark === "allowed" || mark === "leak").length;
    return {
        ...{ attempted: all.length, allowed, refused: all.length - allowed - undecided.length, undecided },
        ...{ leaks: found("leak", {}), missing: found("missing", { message: "denied" }) },
        ...{ logins: tenants.map(({ login }) => login), tenants },
        classes: [tenants.map(({ login }) => login)],
        pairs: { chosen: names.length ** 2, all: names.length ** 2 },
        cell: (login, tenant) => new Map(RIGHTS.map((right) => [right, markOf(login, tenant, right)])),
    };
}
