import { bucket } from "./bucket";
import { bucketSettings } from "./settings";

export const s3 = [bucket, ...bucketSettings];
