import assert from "node:assert/strict";

import type { Judged } from "../../../cli/sessions/judge";
import { renderSessions } from "../../../cli/sessions/render";
import { age, describeSession } from "../../../toolkit/openSessions";

const NOW = Date.parse("2026-02-03T12:00:00Z");
const base: Judged = {
    ...{
        pid: 4711,
        login: "acme_app",
        database: "app",
        address: "10.0.1.7",
        application: "orders",
        since: new Date("2026-02-03T08:30:00Z"),
        state: "idle",
    },
    ...{ against: [], by: "token", declared: true, blocks: [], holds: [] },
};

describe("the list of sessions", () => {
    it("has a line for each, followed by its findings", () => {
        const left = {
            ...base,
            pid: 90,
            login: "ada",
            application: "psql",
            state: "idle in transaction",
            against: ["NOLOGIN", "no CONNECT on the database app"],
            declared: false,
        };
        const holder = {
            ...base,
            pid: 12345,
            blocks: [7, 8],
            holds: ["a", "b", "c", "d"].map((name) => `advisory lock on the role ${name}`),
        };
        assert.deepEqual(String(renderSessions([base, left, holder], NOW)).split("\n"), [
            "  PID  LOGIN     DATABASE  SINCE  STATE                FROM",
            " 4711  acme_app  app       3 h    idle                 10.0.1.7, orders",
            "   90  ada       app       3 h    idle in transaction  10.0.1.7, psql",
            "       could not start today: NOLOGIN, no CONNECT on the database app, no resource declares the login",
            "12345  acme_app  app       3 h    idle                 10.0.1.7, orders",
            "       blocks: pid 7, pid 8",
            "       holds: advisory lock on the role a, advisory lock on the role b, advisory lock on the role c and 1 more",
        ]);
    });

    it("fits a hundred columns, whatever the names are", () => {
        const long = "n".repeat(63);
        const wide = {
            ...base,
            pid: 4194304,
            login: long,
            database: long,
            address: "2001:db8:85a3:8d3:1319:8a2e:370:7348",
            application: long,
            state: "idle in transaction (aborted)",
            since: new Date(0),
        };
        const lines = String(renderSessions([wide], NOW)).split("\n");
        assert.deepEqual(
            lines.filter((line) => line.length > 100),
            [],
        );
    });

    it("shows what is hidden, dropped, terminated or could not be terminated", () => {
        const hidden = {
            ...base,
            login: null,
            address: null,
            since: null,
            state: null,
            application: "x\u001b[2J\nforged",
            declared: null,
            against: ["its role has been dropped"],
        };
        assert.deepEqual(
            String(
                renderSessions(
                    [
                        { ...hidden, ended: true },
                        { ...hidden, ended: "no right" },
                    ],
                    NOW,
                ),
            )
                .split("\n")
                .slice(1),
            [
                "4711  (dropped)  app       ?      ?      x\\u{1b}[2J\\u{a}forged",
                "      could not start today: its role has been dropped",
                "      ended",
                "4711  (dropped)  app       ?      ?      x\\u{1b}[2J\\u{a}forged",
                "      could not start today: its role has been dropped",
                "      not ended: no right",
            ],
        );
    });

    it("names one in a few words", () => {
        assert.equal(
            String(describeSession({ ...base, since: null, address: null, application: 'x"\u001b[2J\n' }, NOW)),
            'pid 4711, login acme_app, database app, application "x\\"\\u001b[2J\\n"',
        );
        assert.equal(
            String(describeSession(base, NOW)),
            'pid 4711, login acme_app, database app, connected for 3 h, from 10.0.1.7, application "orders"',
        );
    });

    for (const [ms, text] of [
        [0, "0 s"],
        [-5, "0 s"],
        [119_999, "119 s"],
        [120_000, "2 min"],
        [7_199_999, "119 min"],
        [7_200_000, "2 h"],
        [172_800_000, "2 d"],
    ] as const) {
        it(`writes ${ms} ms as ${text}`, () => assert.equal(age(ms), text));
    }
});
