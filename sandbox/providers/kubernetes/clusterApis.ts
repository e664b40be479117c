import type { Socket } from "node:net";
import { createSecureContext, TLSSocket, type SecureContext } from "node:tls";

import type { CloudObject } from "../../cloud/store";
import { ACCESS_ENTRY, ACCESS_POLICY_ASSOCIATION, EKS_CLUSTER } from "../../cloud/aws/tokens";
import { callerArn, Cloud } from "../../cloud/aws/cloud";
import { must, text } from "../../cloud/aws/values";
import type { World } from "../../identity/assume";
import { signedIn } from "../../identity/eksToken";
import { httpServer } from "../../identity/http";
import { Authority } from "../../postgres/authority";
import { answerKubernetes } from "./http";
import { unreachable } from "./reach";

/** Policies of EKS with every right that the stand-in's API asks for. */
const ADMINISTRATORS = /:cluster-access-policy\/AmazonEKS(Cluster)?AdminPolicy$/;

/** The APIs of the stand-in cloud's clusters, under their real names, with certificates of the sandbox's authority. */
export class ClusterApis {
    private readonly contexts = new Map<string, Promise<SecureContext>>();

    constructor(private readonly world: World) {}

    /** Serves connections to a cluster's API; undefined if no cluster that can be reached has this address. */
    at(host: string, port: number): ((socket: Socket) => Promise<void>) | undefined {
        const { store } = this.world;
        const cluster = store
            .list(EKS_CLUSTER)
            .find(({ state }) => text(state, "endpoint")?.toLowerCase() === `https://${host}` && port === 443);
        return cluster === undefined || unreachable(cluster, store, {}) !== undefined
            ? undefined
            : async (socket) => this.serve(socket, host, cluster);
    }

    private async serve(socket: Socket, host: string, cluster: CloudObject): Promise<void> {
        const context = this.contexts.get(host) ?? contextOf(host);
        this.contexts.set(host, context);
        const server = httpServer((request) => {
            const token = /^Bearer (\S+)$/.exec(request.headers["authorization"] ?? "")?.[1] ?? "";
            return answerKubernetes(this.world.store, cluster, this.caller(token, cluster), request);
        });
        const secure = new TLSSocket(socket, { isServer: true, secureContext: await context });
        secure.on("error", () => socket.destroy());
        server.emit("connection", secure);
    }

    /**
     * https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html. The entry that EKS makes for a cluster's creator has no
     * ARN in the stand-in, and every right.
     */
    private caller(token: string, cluster: CloudObject): string | null | undefined {
        const { store } = this.world;
        const { region, account } = cluster;
        const place = { name: must(cluster.state, "name"), region };
        const caller = signedIn(this.world, token, place);
        if (caller === undefined) {
            return undefined;
        }
        const cloud = new Cloud(store, region, account);
        const principal = caller.session?.roleArn ?? callerArn(cloud);
        const entry = cloud.find(ACCESS_ENTRY, `${place.name}:${principal}`);
        const administers = cloud
            .all(ACCESS_POLICY_ASSOCIATION)
            .some(
                ({ state }) =>
                    state["clusterName"] === place.name &&
                    state["principalArn"] === principal &&
                    ADMINISTRATORS.test(must(state, "policyArn")) &&
                    text(state, "accessScope.type") === "cluster",
            );
        return entry === undefined
            ? undefined
            : administers || entry.state["accessEntryArn"] === undefined
              ? principal
              : null;
    }
}

async function contextOf(host: string): Promise<SecureContext> {
    const { cert, key } = await (await Authority.open()).server(host.slice(0, 63), [host]);
    return createSecureContext({ cert, key, minVersion: "TLSv1.2" });
}
