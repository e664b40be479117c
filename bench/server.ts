import { openCluster, type Postgres } from "../sandbox/postgres/cluster";

/** A Postgres server with the database `app`, on this machine. */
export function openServer(resourceId: string, major: number): Promise<Postgres> {
    return openCluster({ resourceId, major, masterUsername: "master", database: "app", hosts: ["localhost"] });
}
