import type { WindowCode } from './window-code.js';

/**
 * The exact window: one string of the accepted instants, each a big-endian double (µs of the server's clock), oldest
 * first. While blocked, the first is the end of the block as a negative number. Refusals aren't stored. Instants that
 * have left are dropped with the next write: at once where the value is read whole (limits up to 256), else 256 at a
 * time, so that a decision stays cheap at any limit.
 */
export const exactWindow: WindowCode = {
  // log: what was read; whole: whether that is everything; total: bytes; drop: bytes in front that don't count any more.
  locals: 'local log, whole, total, drop, oldest',

  look: `
    whole = limit <= 256
    log = whole and (call('GET', key) or '') or call('GETRANGE', key, 0, 2047)
    drop, total, blocked = 0, #log, 0
    oldest = total > 0 and unpacked('>d', log) or nil
    if oldest and oldest < 0 then
      if -oldest > now then blocked = -oldest end
      drop = 8
      oldest = total > 8 and unpacked('>d', log, 9) or nil
    end
    local edge, from = now - window, 0
    while oldest and oldest <= edge do
      local low, high = drop - from + 8, #log
      while low < high do
        local middle = low + math.floor((high - low) / 16) * 8
        if unpacked('>d', log, middle + 1) > edge then high = middle else low = middle + 8 end
      end
      drop = from + low
      oldest = low < #log and unpacked('>d', log, low + 1) or nil
      if oldest or whole or #log < 2048 then break end
      from = from + 2048
      log = call('GETRANGE', key, from, from + 2047)
      oldest = #log > 0 and unpacked('>d', log) or nil
    end
    if not whole then
      whole = from == 0 and #log < 2048
      total = whole and total or call('STRLEN', key)
    end
    used = (total - drop) / 8
    first_exit = (oldest or now) + window`,

  exit: `
    local byte = drop + (lacking - 1) * 8
    exit = unpacked('>d', call('GETRANGE', key, byte, byte + 7)) + window`,

  spend: `
    local stamp = now
    if drop < total then
      -- The clock of a server that takes over may be behind: then the newest instant counts as now.
      stamp = math.max(now, (unpacked('>d', whole and string.sub(log, -8) or call('GETRANGE', key, -8, -1))))
    end
    local added = struct.pack('>d', stamp)
    if cost > 1 then added = string.rep(added, cost) end
    local left = math.ceil((stamp - now + window) / 1000)
    if whole then
      if drop > 0 then log = string.sub(log, drop + 1) end
      call('SET', key, log .. added, 'PX', left)
    elseif drop >= 2048 then
      call('SET', key, call('GETRANGE', key, drop, -1) .. added, 'PX', left)
    else
      call('APPEND', key, added)
      call('PEXPIRE', key, left)
    end`,

  block: `
    local kept = call('GET', key) or ''
    if kept ~= '' and unpacked('>d', kept) < 0 then kept = string.sub(kept, 9) end
    local left = math.max(call('PTTL', key), math.ceil(span / 1000))
    call('SET', key, struct.pack('>d', -(now + span)) .. kept, 'PX', left)`,

  shut: `
    call('SET', key, struct.pack('>d', -(now + span)), 'PX', math.ceil(span / 1000))`,

  reward: `
    local log = call('GET', key) or ''
    local marker = log ~= '' and unpacked('>d', log) < 0 and 8 or 0
    local kept = string.sub(log, 1, math.max(marker, #log - units * 8))
    if kept == '' then
      call('DEL', key)
    else
      call('SET', key, kept, 'PX', math.max(1, call('PTTL', key)))
    end`,
};
