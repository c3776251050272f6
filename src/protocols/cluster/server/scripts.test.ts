import { describe, expect, test } from 'vitest'
import { array, bulk, error, integer, NULL, OK, type Reply } from '../reply.ts'
import { sha1 } from '../sha1.ts'
import { type Pocket, standing } from '../testing.test-helper.ts'

/** Runs scripts of one node without keys. */
const calculator = () => {
  const pocket = standing()
  return (script: string, ...args: string[]) => pocket.ask('M1', 'EVAL', script, '0', ...args)
}

const failed = (text: string, script: string, line = 1) =>
  error(`${text} script: ${sha1(script)}, on @user_script:${line}.`)

// FIPS 180-4, and its "example computations".
test('SHA-1 of known texts', () => {
  expect(sha1('')).toBe('da39a3ee5e6b4b0d3255bfef95601890afd80709')
  expect(sha1('abc')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d')
  expect(sha1('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe(
    '84983e441c3bd26ebaae4aa1f95129e5e54670f1',
  )
  expect(sha1('a'.repeat(1_000_000))).toBe('34aa973cd4c4daa4f61eeb2bdbad27316534016f')
})

// Transcripts 01 and 11.
describe('a script in a cluster', () => {
  test('is routed by its keys, and may use no others but those of the node', () => {
    const pocket = standing()
    expect(pocket.ask('M1', 'EVAL', "return redis.call('set',KEYS[1],ARGV[1])", '1', 'bar', '5')).toEqual(OK)
    expect(pocket.ask('M1', 'EVAL', "return redis.call('set',KEYS[1],ARGV[1])", '1', 'foo', '5')).toEqual(
      error('MOVED 12182 127.0.0.1:7003'),
    )
    expect(pocket.ask('M1', 'EVAL', 'return 1', '2', 'foo', 'bar')).toEqual(
      error("CROSSSLOT Keys in request don't hash to the same slot"),
    )
    expect(pocket.ask('M1', 'EVAL', "return redis.call('get','foo')", '0')).toEqual(
      error(
        'ERR Script attempted to access a non local key in a cluster node script: 6b1bf486c81ceb7edf3c093f4c48582e38c0e791, on @user_script:1.',
      ),
    )
    expect(pocket.ask('M1', 'EVAL', "return redis.call('get','hello')", '1', 'bar')).toEqual(NULL)
    expect(pocket.ask('M1', 'EVAL_RO', "return redis.call('set',KEYS[1],'6')", '1', 'bar')).toEqual(
      failed('ERR Write commands are not allowed from read-only scripts.', "return redis.call('set',KEYS[1],'6')"),
    )
  })

  test('with flags says beforehand whether it writes, and stays in one slot', () => {
    const pocket = standing()
    const writing = "#!lua\nreturn redis.call('del',KEYS[1])"
    const reading = "#!lua flags=no-writes\nreturn redis.call('get',KEYS[1])"
    pocket.ask('R1', 'READONLY')
    expect(pocket.ask('R1', 'EVAL', writing, '1', 'bar')).toEqual(error('MOVED 5061 127.0.0.1:7001'))
    expect(pocket.ask('R1', 'EVAL', reading, '1', 'bar')).toEqual(NULL)
    expect(pocket.ask('M1', 'EVAL', "#!lua flags=no-writes\nreturn redis.call('del',KEYS[1])", '1', 'bar').kind).toBe(
      'error',
    )
    const wandering = "#!lua\nredis.call('set','bar','1') return redis.call('set','hello','1')"
    expect(pocket.ask('M1', 'EVAL', wandering, '0')).toEqual(
      failed('ERR Script attempted to access keys that do not hash to the same slot', wandering, 2),
    )
    expect(pocket.ask('M1', 'EVAL', wandering.replace('#!lua', '#!lua flags=allow-cross-slot-keys'), '0')).toEqual(OK)
    expect(pocket.ask('M1', 'EVAL', '#!lua flags=no-cluster\nreturn 1', '0')).toEqual(
      error("ERR Can not run script on cluster, 'no-cluster' flag is set."),
    )
    expect(pocket.ask('M1', 'EVAL', '#!lua flags=nosuch\nreturn 1', '0')).toEqual(
      error('ERR Unexpected flag in script shebang: nosuch'),
    )
  })

  test('puts its writes into the stream together', () => {
    const pocket = standing()
    const script = "for i=1,3 do redis.call('rpush',KEYS[1],i) end return redis.call('llen',KEYS[1])"
    expect(pocket.ask('M1', 'EVAL', script, '1', 'bar')).toEqual(integer(3))
    const names = [...pocket.state('M1').replication.backlog!.entries].map(({ args }) => args[0])
    expect(names.filter((name) => name !== 'PING')).toEqual(['MULTI', 'SELECT', 'rpush', 'rpush', 'rpush', 'EXEC'])
    pocket.run(100)
    expect(pocket.state('R1').db.hash).toBe(pocket.state('M1').db.hash)
  })

  test('adds to the transaction that it is part of', () => {
    const pocket = standing()
    pocket.ask('M1.t', 'MULTI')
    pocket.ask('M1.t', 'SET', 'bar', '1')
    pocket.ask('M1.t', 'EVAL', "return redis.call('incr',KEYS[1])", '1', 'bar')
    expect(pocket.ask('M1.t', 'EXEC')).toEqual(array([OK, integer(2)]))
    const names = [...pocket.state('M1').replication.backlog!.entries].map(({ args }) => args[0])
    expect(names.filter((name) => name !== 'PING')).toEqual(['MULTI', 'SELECT', 'SET', 'incr', 'EXEC'])
  })

  test('is known by its name afterwards', () => {
    const pocket = standing()
    const name = sha1('return ARGV[1]')
    const known = (where: string) => pocket.ask(where, 'SCRIPT', 'EXISTS', name)
    expect(pocket.ask('M1', 'EVALSHA', name, '0', 'x')).toEqual(error('NOSCRIPT No matching script. Please use EVAL.'))
    expect(pocket.ask('M1', 'SCRIPT', 'LOAD', 'return ARGV[1]')).toEqual(bulk(name))
    expect(pocket.ask('M1', 'EVALSHA', name, '0', 'x')).toEqual(bulk('x'))
    expect(known('M1')).toEqual(array([integer(1)]))
    expect(known('M2')).toEqual(array([integer(0)]))
    expect(pocket.ask('M1', 'SCRIPT', 'FLUSH')).toEqual(OK)
    expect(known('M1')).toEqual(array([integer(0)]))
  })
})

describe('what a script returns', () => {
  test('becomes a reply', () => {
    const run = calculator()
    const cases: readonly (readonly [string, Reply])[] = [
      ['return 3.99', integer(3)],
      ['return -3.99', integer(-3)],
      ['return "x" .. 1 .. 2.5', bulk('x12.5')],
      ['return {1,2,{3,"four"},nil,5}', array([integer(1), integer(2), array([integer(3), bulk('four')])])],
      ['return true', integer(1)],
      ['return false', NULL],
      ['return', NULL],
      ['return {ok="FINE"}', { kind: 'simple', text: 'FINE' }],
      ['return {err="MY Error"}', error('MY Error')],
      ['return redis.error_reply("Oops")', error('ERR Oops')],
      ['return redis.status_reply("PONG")', { kind: 'simple', text: 'PONG' }],
      ['return redis.pcall("nosuch")', error('ERR Unknown Redis command called from script')],
      ['return ARGV[2]', bulk('b')],
    ]
    for (const [script, expected] of cases) expect([script, run(script, 'a', 'b')]).toEqual([script, expected])
  })

  // Answers that the manual of Lua 5.1 gives, or that follow from it.
  test('is what Lua says', () => {
    const run = calculator()
    const cases: readonly (readonly [string, string])[] = [
      ['local t = {} for i = 10, 1, -3 do t[#t+1] = i end return table.concat(t, ",")', '10,7,4,1'],
      [
        'local function f(n) if n < 2 then return 1 end return n * f(n - 1) end return tostring(f(20))',
        '2.4329020081766e+18',
      ],
      [
        'return string.format("%5.2f|%-5s|%05d|%x|%q", 3.14159, "ab", 42, 255, "a\\"b")',
        ' 3.14|ab   |00042|ff|"a\\"b"',
      ],
      ['return (string.gsub("hello world", "o", "0"))', 'hell0 w0rld'],
      ['return (string.gsub("hello world", "(%w+)", "<%1>"))', '<hello> <world>'],
      ['return (string.gsub("$name is $x", "%$(%w+)", {name = "lua"}))', 'lua is $x'],
      [
        'local t = {} for k, v in string.gmatch("a=1, b=2", "(%w+)=(%w+)") do t[#t+1] = k .. v end return table.concat(t)',
        'a1b2',
      ],
      ['return table.concat({string.find("hello Lua user", "Lua")}, " ")', '7 9'],
      [
        'return string.match("[[x]] (a(b)c)", "%b()") .. string.match("THE (quick) fox", "%f[%a]%a+%f[%A]")',
        '(a(b)c)THE',
      ],
      [
        'return table.concat({string.match("2024-05-06", "(%d+)-(%d+)-(%d+)")}, "/") .. string.match("abab", "(ab)%1")',
        '2024/05/06ab',
      ],
      [
        'return (string.match("  trim  ", "^%s*(.-)%s*$")) .. "|" .. tostring(string.find("a.b", ".", 1, true))',
        'trim|2',
      ],
      ['return tostring(string.match(string.rep("a", 60000), string.rep("a", 50000)) ~= nil)', 'true'],
      ['return string.match("key = value", "^(%w+)%s*=%s*%w+$")', 'key'],
      ['return ("x"):rep(3) .. #"abc" .. ("abc"):sub(-2)', 'xxx3bc'],
      ['return tostring(7 % -3) .. tostring(-7 % 3) .. tostring(2^10)', '-221024'],
      [
        'return tostring(1e15) .. " " .. tostring(0.1) .. " " .. tostring(1/3) .. " " .. tostring(-0.0001)',
        '1e+15 0.1 0.33333333333333 -0.0001',
      ],
      ['local s = 0 repeat local x = s s = s + 1 until x >= 4 return tostring(s)', '5'],
      ['local t = setmetatable({}, {__index = function(_, k) return k .. "!" end}) return t.hi', 'hi!'],
      ['local function v(...) local a, b = ... return select("#", ...) .. a .. b end return v("x", "y", nil)', '3xy'],
      ['local t = {3, 1, 2} table.sort(t, function(a, b) return a > b end) return table.concat(t)', '321'],
      ['local t = {"a","b","c"} table.insert(t, 2, "z") table.remove(t, 1) return table.concat(t)', 'zbc'],
      ['return cjson.encode({1, "two", {a = true}})', '[1,"two",{"a":true}]'],
      ['return cjson.decode("{\\"a\\": [1, {\\"b\\": \\"c\\"}]}").a[2].b', 'c'],
      ['local ok, e = pcall(function() error("no") end) return tostring(ok) .. " " .. e', 'false user_script:1: no'],
      [
        'local ok, e = pcall(redis.call, "incr") return tostring(ok) .. " " .. e.err',
        'false ERR Wrong number of args calling Redis command from script',
      ],
    ]
    for (const [script, expected] of cases) expect([script, run(script)]).toEqual([script, bulk(expected)])
  })

  test('is an error with its place when something goes wrong', () => {
    const run = calculator()
    const cases: readonly (readonly [string, string, number])[] = [
      ['return foo', "ERR user_script:1: Script attempted to access nonexistent global variable 'foo'", 1],
      ['\nlocal x\nreturn x.y', "ERR user_script:3: attempt to index local 'x' (a nil value)", 3],
      ['x = 1', 'ERR user_script:1: Attempt to modify a readonly table', 1],
      ['return 1 + {}', 'ERR user_script:1: attempt to perform arithmetic on a table value', 1],
      ['return 1 < "2"', 'ERR user_script:1: attempt to compare number with string', 1],
      ['return string.rep()', "ERR user_script:1: bad argument #1 to 'rep' (string expected, got no value)", 1],
      ['error({err = "MY Own"})', 'MY Own', 1],
      ['return redis.call("subscribe", "x")', 'ERR This Redis command is not allowed from script', 1],
      [
        'while true do end',
        'ERR user_script:1: the script took more than 5000000 steps, which is not modelled: a server would be busy',
        1,
      ],
      ['return string.match("x", string.rep("(a?)", 300))', 'ERR user_script:1: pattern too complex', 1],
      ['local s = "x" while true do s = s .. s end', 'ERR user_script:1: resulting string too large', 1],
      ['local function f() return f() + 1 end return f()', 'ERR user_script:1: stack overflow', 1],
    ]
    for (const [script, text, line] of cases)
      expect([script, run(script)]).toEqual([script, failed(text, script, line)])
  })

  test('is an error of the compiler', () => {
    const run = calculator()
    const cases: readonly (readonly [string, string])[] = [
      ['return 1 +', "user_script:1: unexpected symbol near '<eof>'"],
      ['if x then', "user_script:1: 'end' expected near '<eof>'"],
      ['for i=1,2 do\nx = 1\n', "user_script:3: 'end' expected (to close 'for' at line 1) near '<eof>'"],
      ['x y', "user_script:1: '=' expected near 'y'"],
      ['return "abc', "user_script:1: unfinished string near '<eof>'"],
    ]
    for (const [script, text] of cases) {
      expect([script, run(script)]).toEqual([script, error(`ERR Error compiling script (new function): ${text}`)])
    }
  })
})

describe('the numbers of keys', () => {
  test('is checked', () => {
    const ask = (pocket: Pocket, count: string) => pocket.ask('M1', 'EVAL', 'return 1', count)
    const pocket = standing()
    expect(ask(pocket, 'x')).toEqual(error('ERR value is not an integer or out of range'))
    expect(ask(pocket, '1')).toEqual(error("ERR Number of keys can't be greater than number of args"))
    expect(ask(pocket, '-1')).toEqual(error("ERR Number of keys can't be negative"))
  })
})
