import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";

import type { Postgres } from "../../sandbox/postgres/cluster";
import { accessProgram, tenant } from "../../test/support/accessProgram";
import { record } from "../../test/support/mocks";
import { namesOf } from "../../test/support/tenantStacks";
import type { Resources } from "./terraform";
import { withoutAws } from "./withoutAws";

/** What a program needs to know of a server. */
export type Server = Pick<Postgres, "host" | "port" | "authority" | "breakGlass" | "clientCertificate">;

/** The database side of so many tenants. */
export async function tenantsProgram(server: Server, count: number): Promise<PulumiFn> {
    return withoutAws(await accessOf(server, count));
}

/** As many resources that nothing has to be done for, without dependencies: what the engine itself takes. */
export function emptyProgram(resources: number): PulumiFn {
    return async () => {
        Array.from({ length: resources }, (_, index) => new pulumi.Stash(`stash${index}`, { input: index }));
    };
}

/** What the database side of so many tenants registers. */
export async function recordTenants(server: Server, count: number): Promise<Resources> {
    const recording = await record(await accessOf(server, count));
    const keyOf = ({ type, name }: { readonly type: string; readonly name: string }) => `${type} ${name}`;
    const providers = new Map(recording.created.map((resource) => [keyOf(resource), resource.provider]));
    return recording.registered().map((resource) => ({ ...resource, provider: providers.get(keyOf(resource)) ?? "" }));
}

async function accessOf(server: Server, count: number): Promise<PulumiFn> {
    const tenants = namesOf(count).map((name) => tenant(name, { limits: { connections: 5 } }));
    return (await accessProgram(server))({ tenants });
}
