import { describe, expect, test } from 'vitest'
import { bulk, error, integer, NULL, OK } from '../reply.ts'
import { standing } from '../testing.test-helper.ts'

describe('a key whose time is over', () => {
  test('is deleted by the master, which tells its replica', () => {
    const pocket = standing()
    expect(pocket.ask('M1', 'SET', 'bar', '1', 'PX', '300')).toEqual(OK)
    expect(pocket.ask('M1', 'GET', 'bar')).toEqual(bulk('1'))
    pocket.run(600)
    expect(pocket.state('M1').db.size).toBe(0)
    expect(pocket.state('R1').db.size).toBe(0)
    expect(pocket.state('M1').stats.expired).toBe(1)
  })

  test('is hidden by a replica that does not hear from its master', () => {
    const pocket = standing()
    pocket.ask('R1.r', 'READONLY')
    pocket.ask('M1', 'SET', 'bar', '1', 'PX', '300')
    pocket.run(50)
    expect(pocket.ask('R1.r', 'GET', 'bar')).toEqual(bulk('1'))
    pocket.partition((from, to) => from === 'M1' || to === 'M1')
    pocket.run(400)
    expect(pocket.ask('R1.r', 'GET', 'bar')).toEqual(NULL)
    expect(pocket.state('R1').db.size).toBe(1)
  })
})

describe('too few good replicas', () => {
  test('refuse writes, and only those', () => {
    const pocket = standing(1, { minReplicasToWrite: 2 })
    expect(pocket.ask('M1', 'SET', 'bar', '1')).toEqual(error('NOREPLICAS Not enough good replicas to write.'))
    expect(pocket.ask('M1', 'GET', 'bar')).toEqual(NULL)
    pocket.ask('M1.t', 'MULTI')
    expect(pocket.ask('M1.t', 'SET', 'bar', '1')).toEqual(error('NOREPLICAS Not enough good replicas to write.'))
    expect(pocket.ask('M1', 'DBSIZE')).toEqual(integer(0))
  })
})

describe('a pause', () => {
  test('hides keys whose time is over, and deletes none', () => {
    const pocket = standing()
    pocket.ask('M1', 'SET', 'bar', '1', 'PX', '100')
    pocket.ask('M1', 'CLIENT', 'PAUSE', '1000', 'WRITE')
    pocket.run(300)
    expect(pocket.ask('M1', 'GET', 'bar')).toEqual(NULL)
    expect(pocket.state('M1').db.size).toBe(1)
    pocket.run(1000)
    expect(pocket.state('M1').db.size).toBe(0)
  })
})
