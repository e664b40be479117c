import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version as kubernetes } from "@pulumi/kubernetes/package.json";
import { Store } from "../cloud/store";
import { awsStandIn } from "../providers/aws/provider";
import { KubernetesStandIn } from "../providers/kubernetes/provider";
import { standIn as mysqlStandIn } from "../providers/mysql/standIn";
import { standIn as postgresqlStandIn } from "../providers/postgresql/standIn";
import { listen, type Listening } from "../providers/protocol/serve";
import type { StandIn } from "../providers/protocol/types";

/** How many instances of a provider one run may start. */
const instances = 16;

const standIns: Readonly<Record<string, (store: Store) => StandIn>> = {
    aws: awsStandIn,
    kubernetes: (store) => new KubernetesStandIn(kubernetes, store),
    mysql: mysqlStandIn,
    postgresql: postgresqlStandIn,
};

/**
 * Stand-ins in this process. Most of a run's time is the start of a process for each instance of a provider; for the
 * engine, a shell script takes their place that prints the port of an instance that waits here.
 */
export class Pool {
    /** The folder with the plugins, for PATH. */
    readonly folder = mkdtempSync(join(tmpdir(), "keyless-plugins-"));
    private readonly waiting = new Map<string, Listening>();

    /** @param store where the stand-ins of a run keep their objects */
    constructor(private readonly store = () => new Store()) {
        for (const name of Object.keys(standIns)) {
            mkdirSync(this.ports(name));
            mkdirSync(this.ports(name, "taken"));
            const plugin = join(this.folder, `pulumi-resource-${name}`);
            writeFileSync(plugin, script(this.ports(name)));
            chmodSync(plugin, 0o755);
        }
    }

    /** Closes the instances that a run has taken, and provides new ones for the next. */
    async refill(): Promise<void> {
        for (const [name, create] of Object.entries(standIns)) {
            for (const port of readdirSync(this.ports(name, "taken"))) {
                this.waiting.get(port)?.close();
                this.waiting.delete(port);
                rmSync(this.ports(name, "taken", port));
            }
            while (readdirSync(this.ports(name)).length - 1 < instances) {
                const listening = await listen(create(this.store()));
                this.waiting.set(String(listening.port), listening);
                writeFileSync(this.ports(name, String(listening.port)), "");
            }
        }
    }

    close(): void {
        this.waiting.forEach(({ close }) => close());
        if (existsSync(this.folder)) {
            rmSync(this.folder, { recursive: true });
        }
    }

    private ports(name: string, ...below: string[]): string {
        return join(this.folder, name, ...below);
    }
}

/** Takes one of the ports, as `mv` lets only one process do, and lives until the engine closes its standard input. */
function script(ports: string): string {
    return `#!/bin/sh
cd '${ports}' || exit 1
for port in [0-9]*; do
    if mv "$port" taken/ 2>/dev/null; then
        echo "$port"
        exec cat >/dev/null
    fi
done
exit 1
`;
}
