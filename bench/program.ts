/**
 * Measures the program alone, against mocks that answer at once: `npm run bench:program [-- --json] [TENANTS…]`. Each
 * size runs in a process of its own, so that its memory is measured separately. Fails if ten times the tenants take more
 * than twelve times as long, or a thousand more than a gigabyte.
 */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { version as pulumi } from "@pulumi/pulumi/version";
import { alignedRight, separated, shown } from "../toolkit/shown";
import { print, printJson } from "../toolkit/terminal";
import { tenantStacks, type TenantStack } from "../test/support/tenantStacks";
import { measure, type Measured } from "./program/measure";

const SIZES = [100, 500, 1000, 5000];
/** The time that ten times the tenants may take. */
const LIMIT = 12;
/** The peak memory of so many tenants, whatever the stack has for each, in megabytes. */
const MEMORY = { tenants: 1000, megabytes: 1000 };

interface Row extends Measured {
    readonly stack: TenantStack;
    readonly tenants: number;
}

async function main(args: readonly string[]): Promise<number> {
    const [first, stack, size] = args;
    if (first === "measure") {
        printJson(await measure(stack as TenantStack, Number(size)));
        return 0;
    }
    const asJson = args.includes("--json");
    const given = args.filter((arg) => arg !== "--json").map(Number);
    const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.version, pulumi };
    const rows: Row[] = [];
    if (!asJson) {
        print(shown`${machine.cores} cores of ${machine.cpu}, Node ${machine.node}, Pulumi ${pulumi}\n`);
        print(line(["stack", "tenants", "resources", "CPU (s)", "ms/tenant", "MB", "KB/tenant"]));
    }
    for (const stack of Object.keys(tenantStacks) as TenantStack[]) {
        for (const tenants of given.length > 0 ? given : SIZES) {
            const row = { stack, tenants, ...inOwnProcess(stack, tenants) };
            rows.push(row);
            if (!asJson) {
                print(lineOf(row));
            }
        }
    }
    const growth = rows.flatMap((large) =>
        rows
            .filter((small) => small.stack === large.stack && small.tenants * 10 === large.tenants)
            .map((small) => ({
                stack: large.stack,
                from: small.tenants,
                to: large.tenants,
                times: large.seconds / small.seconds,
            })),
    );
    if (asJson) {
        printJson({ machine, rows, growth });
    } else {
        print("");
        for (const { stack, from, to, times } of growth) {
            print(`${stack}: ${to} tenants take ${times.toFixed(1)} times as long as ${from}`);
        }
    }
    const excessive = rows.filter(
        ({ tenants, megabytes }) => tenants <= MEMORY.tenants && megabytes > MEMORY.megabytes,
    );
    if (!asJson) {
        excessive.forEach(({ stack, tenants }) =>
            print(`${stack}: ${tenants} tenants take more than ${MEMORY.megabytes} MB`),
        );
    }
    return growth.every(({ times }) => times <= LIMIT) && excessive.length === 0 ? 0 : 1;
}

function inOwnProcess(stack: TenantStack, tenants: number): Measured {
    const { stdout, stderr, status } = spawnSync(
        process.execPath,
        [...process.execArgv, __filename, "measure", stack, String(tenants)],
        { encoding: "utf8", maxBuffer: 2 ** 20 },
    );
    if (status !== 0) {
        throw new Error(stderr);
    }
    return JSON.parse(stdout) as Measured;
}

function lineOf({ stack, tenants, resources, seconds, megabytes, atStart }: Row) {
    const perTenant = [(seconds / tenants) * 1000, ((megabytes - atStart) / tenants) * 1024] as const;
    return line([
        stack,
        String(tenants),
        String(resources),
        seconds.toFixed(1),
        perTenant[0].toFixed(1),
        megabytes.toFixed(0),
        perTenant[1].toFixed(0),
    ]);
}

function line(columns: readonly string[]) {
    return separated(
        columns.map((text) => alignedRight(text, 11)),
        shown``,
    );
}

void main(process.argv.slice(2)).then((code) => (process.exitCode = code));
