import assert from "node:assert/strict";
import { usedBy } from "../../../components/tenancy/migration/quiet";
import { loggedServers } from "../../../components/tenancy/migration/cloudWatchLog";
import { NoLog, type ConnectionLog } from "../../../components/tenancy/migration/connectionLog";
import { usageOf } from "../../../components/tenancy/migration/usage";
import { MemoryLog } from "../../support/memoryLog";
import type { Queryable } from "../../../toolkit/session";

const now = Date.parse("2026-01-15T12:00:00Z");
const hours = (count: number) => now - count * 3_600_000;

/** A server without sessions, whose log of connections is on or off. */
function server(on = true): Queryable {
    const own = { login: "keyless_provisioner", began: now / 1000 };
    const answer = (text: string) =>
        text.includes("log_connections")
            ? [{ on }]
            : text.includes("pg_backend_pid") && text.includes("began")
              ? [own]
              : [];
    return { query: async ({ text }) => ({ rows: answer(text) as never[] }) };
}

/** Why the password must stay, with the days asked for. */
async function against(log: ConnectionLog | undefined, days: number, on = true): Promise<string[]> {
    return usedBy(await usageOf(server(on), log === undefined ? [] : [log], { login: "shop", days, now }), days, now);
}

describe("a login that nobody uses", () => {
    it("is proven by a log with connections of others in all of the days, and before them", async () => {
        const log = new MemoryLog();
        log.monitoring(8, now);
        assert.deepEqual(await against(log, 7), []);
        const { knownSince, last } = await usageOf(server(), [log], { login: "shop", days: 7, now });
        assert.deepEqual([knownSince, last], [hours(7 * 24), undefined]);
    });

    it("is not proven by a log that began within the days, by one with a gap, by an empty one, or by none", async () => {
        const began = new MemoryLog();
        began.write(hours(1), "rdsadmin");
        const gap = "has no connection of anybody between";
        for (const days of [1, 7]) {
            assert.match(
                (await against(began, days)).join(),
                new RegExp(`within ${days} days? is not known: .* ${gap}`),
            );
        }
        assert.equal((await usageOf(server(), [began], { login: "shop", days: 1, now })).knownSince, hours(1));
        const gaping = new MemoryLog();
        gaping.monitoring(8, now);
        gaping.written = gaping.written.filter(({ at }) => at < hours(60) || at > hours(50));
        assert.match(
            (await against(gaping, 7)).join(),
            /between 2026-01-13T04:00:00.000Z and 2026-01-13T08:00:00.000Z/,
        );
        assert.match((await against(new MemoryLog(), 1)).join(), new RegExp(gap));
        assert.match((await against(undefined, 1)).join(), /there is no log of connections to read/);
    });

    it("is not proven while the server logs no connections, or where the log cannot be read", async () => {
        const log = new MemoryLog();
        log.monitoring(8, now);
        assert.match((await against(log, 7, false)).join(), /log_connections is off on the server/);
        const broken: ConnectionLog = { name: "", lines: () => Promise.reject(new NoLog("no such group: make it")) };
        assert.deepEqual(await against(broken, 7), [
            "whether shop was used within 7 days is not known: no such group: make it",
        ]);
    });

    it("is not proven by the server's log while the log of its copy shows a use, or cannot be read", async () => {
        const [log, copy] = [new MemoryLog(), new MemoryLog()];
        log.monitoring(8, now);
        copy.monitoring(8, now);
        copy.write(hours(30), "shop", "app", "10.9.1.2(1)", "report");
        const of = async (other: ConnectionLog) =>
            usedBy(await usageOf(server(), [log, other], { login: "shop", days: 7, now }), 7, now);
        assert.deepEqual(await of(copy), ['shop was last used 30 h ago from 10.9.1.2 by "report"']);
        const broken: ConnectionLog = { name: "", lines: () => Promise.reject(new NoLog("no such group: make it")) };
        assert.deepEqual(await of(broken), [
            "whether shop was used within 7 days is not known: no such group: make it",
        ]);
    });

    describe("by a log whose lines arrive late", () => {
        const asked = async (log: MemoryLog, pause: (ms: number) => Promise<void>) =>
            usedBy(await usageOf(server(), [log], { login: "shop", days: 7, now, pause }), 7, now);

        it("is proven once the log shows the session that asks, and looked at again then", async () => {
            for (const [late, found] of [
                ["keyless_provisioner", []],
                ["shop", ["shop was last used 0 s ago from 10.0.1.7"]],
            ] as const) {
                const log = new MemoryLog(null);
                log.monitoring(8, now);
                const pauses: number[] = [];
                const arrive = async (ms: number) => {
                    pauses.push(ms);
                    if (pauses.length === 3) {
                        log.write(now, "keyless_provisioner");
                        log.write(now - 100, late);
                    }
                };
                assert.deepEqual([await asked(log, arrive), pauses], [found, [5000, 5000, 5000]]);
            }
        });

        it("is not proven if it never does", async () => {
            const log = new MemoryLog(null);
            log.monitoring(8, now);
            // Of an earlier session of the same login, and of a statement that quotes such a line.
            log.write(now - 60_000, "keyless_provisioner");
            let waited = 0;
            assert.deepEqual(await asked(log, async (ms) => void (waited += ms)), [
                "whether shop was used within 7 days is not known: the log /aws/rds/cluster/db/postgresql does not show this session, which began at 2026-01-15T12:00:00.000Z, after 120 s: it is not being exported, or late; look at the log's export, and run this again",
            ]);
            assert.equal(waited, 120_000);
        });
    });

    it("is judged by its open sessions alone if no days are asked for", async () => {
        assert.deepEqual(await against(undefined, 0), []);
    });
});

describe("a login that is used", () => {
    it("is named with its latest use, from where and by what", async () => {
        const log = new MemoryLog();
        log.monitoring(8, now);
        log.write(hours(100), "shop", "app", "10.0.1.1(1)", "old job");
        log.write(hours(30), "shop", "app", "10.0.1.2(1)", "nightly report");
        log.write(hours(2), "shop_app", "app", "10.0.1.3(1)");
        assert.deepEqual(await against(log, 7), ['shop was last used 30 h ago from 10.0.1.2 by "nightly report"']);
        assert.deepEqual(await against(log, 1), []);
    });
});

describe("the logs of a database", () => {
    it("are those of the server and of its copy in another region, and not a proxy's", () => {
        const [home, copy] = [
            "arn:aws:rds:eu-west-1:123456789012:cluster:db",
            "arn:aws:rds:eu-north-1:123456789012:cluster:copy",
        ];
        const proxy = "arn:aws:rds:eu-west-1:123456789012:db-proxy:prx-0123456789abcdef0";
        assert.deepEqual(loggedServers(home, [{ arn: proxy }, { arn: copy }]), [home, copy]);
        assert.deepEqual(loggedServers(home, [{ arn: home }]), [home]);
    });
});
