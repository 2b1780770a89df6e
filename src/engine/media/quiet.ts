/** FFmpeg writes complaints about damaged files by the thousand; what matters comes back as codes and counts. */
import { AV_LOG_FATAL } from 'node-av/constants';
import { Log } from 'node-av/lib';

Log.setLevel(AV_LOG_FATAL);
// SVT-AV1 writes pages about itself to standard error; 1 leaves its errors.
process.env.SVT_LOG ??= '1';
