import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { resolveNames } from "../../../sandbox/identity/nameResolution";
import type { System } from "../../../sandbox/identity/nameResolution";

const WRITER = { host: "shop.cluster-x.eu-central-1.rds.amazonaws.com", address: "127.70.1.1" };
const READER = { host: "shop.cluster-ro-x.eu-central-1.rds.amazonaws.com", address: "127.70.1.2" };
const PLACES = [WRITER, READER];

describe("the databases' names for a program", () => {
    let dir: string;
    let hostsFile: string;
    beforeEach(() => {
        dir = mkdtempSync(join(tmpdir(), "keyless-test-"));
        hostsFile = join(dir, "hosts");
        writeFileSync(hostsFile, "127.0.0.1 localhost\n");
    });
    afterEach(() => rmSync(dir, { recursive: true, force: true }));

    const system = (more: Partial<System> = {}): System => ({
        hostsFile,
        tryOut: async () => undefined,
        isRoot: false,
        ...more,
    });

    it("resolve for every program by a hosts file of its own, where the system has mount namespaces, as the same user", async () => {
        const names = await resolveNames(PLACES, WRITER.host, system());
        const [command, args] = names.launch("sh", ["-c", "true"]);
        const file = args[args.indexOf(hostsFile) - 1] ?? "";
        assert.deepEqual(
            [names.complete, names.environment, names.advice, command, args.slice(0, 5), args.slice(-3)],
            [
                true,
                {},
                undefined,
                "unshare",
                ["--user", "--map-current-user", "--keep-caps", "--mount", "--"],
                ["sh", "-c", "true"],
            ],
        );
        assert.match(args.join(" "), /exec setpriv --inh-caps=-all --ambient-caps=-all -- "\$@"/);
        assert.equal(
            readFileSync(file, "utf8"),
            `${WRITER.address} ${WRITER.host}\n${READER.address} ${READER.host}\n127.0.0.1 localhost\n`,
        );
        names.close();
        assert.equal(existsSync(file), false);
    });

    it("need no user namespace for root", async () => {
        const names = await resolveNames(PLACES, WRITER.host, system({ isRoot: true }));
        const [, args] = names.launch("sh", []);
        names.close();
        assert.deepEqual(args.slice(0, 2), ["--mount", "--"]);
        assert.doesNotMatch(args.join(" "), /setpriv/);
    });

    it("resolve for libpq, Java and Node.js alone where the system refuses a namespace, which one line says, with the fix", async () => {
        const refused = system({ tryOut: async () => "unshare: unshare failed: Operation not permitted" });
        const names = await resolveNames(PLACES, WRITER.host, refused);
        const { PGHOSTADDR, JAVA_TOOL_OPTIONS = "" } = names.environment;
        const [, file = ""] = /-Djdk\.net\.hosts\.file=(\S+)$/.exec(JAVA_TOOL_OPTIONS) ?? [];
        assert.deepEqual([names.complete, PGHOSTADDR, names.launch("sh", [])], [false, WRITER.address, ["sh", []]]);
        assert.match(readFileSync(file, "utf8"), new RegExp(`^${READER.address} ${READER.host}$`, "m"));
        assert.equal(
            names.advice,
            "this system allows no private hosts file (unshare: unshare failed: Operation not permitted), so asyncpg, pg8000, Go's pgx " +
                "and Rust's clients cannot resolve the databases' names, and libpq and Go's lib/pq reach only the database in PGHOST; Node.js and Java are not affected. " +
                `To fix it, add to /etc/hosts: ${WRITER.address} ${WRITER.host}, ${READER.address} ${READER.host}`,
        );
        names.close();
    });

    it("need nothing once /etc/hosts has them, with these addresses", async () => {
        const refused = system({ tryOut: async () => "no" });
        writeFileSync(
            hostsFile,
            `# ${READER.host}\n${PLACES.map(({ host, address }) => `${address}\t${host} # ours`).join("\n")}\n`,
        );
        const { complete, environment, advice } = await resolveNames(PLACES, WRITER.host, refused);
        assert.deepEqual([complete, environment, advice], [true, {}, undefined]);
        writeFileSync(hostsFile, `127.0.0.1 ${READER.host}\n${WRITER.address} ${WRITER.host}\n`);
        const stale = await resolveNames(PLACES, WRITER.host, refused);
        stale.close();
        assert.match(stale.advice ?? "", new RegExp(`: ${READER.address} ${READER.host}$`));
    });

    it("leave a program that is not installed to the caller, whose error names it", async () => {
        const names = await resolveNames(PLACES, WRITER.host, system());
        names.close();
        assert.deepEqual(names.launch("no-such-program", ["x"]), ["no-such-program", ["x"]]);
    });
});
