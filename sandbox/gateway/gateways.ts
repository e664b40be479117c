import type { Socket } from "node:net";

import type { World } from "../identity/assume";
import { Authority } from "../postgres/authority";
import type { Certificate } from "../postgres/authority";
import { Backends } from "./backends";
import { serveConnection } from "./gateway";
import type { Gateway } from "./gateway";
import { endpointsOf } from "../cloud/aws/databaseEndpoints";
import type { Endpoint } from "../cloud/aws/databaseEndpoints";
import { log, logDenial } from "./log";
import { refuseLogin, throttled } from "./login";
import { Rate } from "./rate";

/** The gateways of all databases in the stand-in cloud, for direct and proxied clients. */
export class Gateways {
    private readonly backends = new Backends();
    private readonly rate = new Rate();
    private readonly proxies = new Map<string, Promise<Certificate>>();

    private constructor(
        private readonly world: World,
        private readonly authority: Authority,
    ) {}

    static async open(world: World): Promise<Gateways> {
        return new Gateways(world, await Authority.open());
    }

    /** All current endpoints. */
    endpoints(): Endpoint[] {
        return endpointsOf(this.world.store);
    }

    /** Serves a connection to an endpoint until it ends. */
    async serve(socket: Socket, endpoint: Endpoint): Promise<void> {
        await serveConnection(socket, this.gatewayOf(endpoint));
    }

    /** Ends the sessions with the servers; the servers keep running. */
    async close(): Promise<void> {
        await this.backends.close();
    }

    private gatewayOf(endpoint: Endpoint): Gateway {
        const { spec, host, proxy } = endpoint;
        return {
            endpoint,
            identity: () => (proxy === undefined ? this.databaseIdentity(endpoint) : this.proxyIdentity(host)),
            backend: async () => {
                if (proxy?.withoutReader === true) {
                    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-endpoints.html
                    throw new Error("the read-only endpoint of a proxy needs a cluster with a reader instance");
                }
                return endpoint.replica ? this.backends.openReplica(spec) : this.backends.open(spec);
            },
            refuses: (token, user) => {
                const denial = this.rate.take(endpoint.connectPrefix)
                    ? refuseLogin(this.world, endpoint, token, user)
                    : throttled(user);
                if (denial !== undefined) {
                    logDenial(endpoint, user, denial, this.world.clock());
                }
                return denial !== undefined;
            },
            log,
        };
    }

    private databaseIdentity({ spec }: Endpoint): Promise<Certificate> {
        return this.backends.open(spec).then(
            ({ postgres }) => postgres.identity,
            () => this.authority.server(spec.resourceId, spec.hosts),
        );
    }

    /** A proxy has its own certificate. */
    private proxyIdentity(host: string): Promise<Certificate> {
        const made = this.proxies.get(host) ?? this.authority.server(host.slice(0, 63), [host]);
        this.proxies.set(host, made);
        return made;
    }
}
