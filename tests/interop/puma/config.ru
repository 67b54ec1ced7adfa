# A Rack application with the resources that the cases ask for.
require 'json'

PAGE = '<!DOCTYPE html><title>rack</title><p>' + 'a page of more than one KiB ' * 40
SECRET = 'Basic ' + ['alice:secret'].pack('m0')

def answer(content, status: 200, type: 'text/plain', **fields)
  [status, { 'Content-Type' => type, 'Content-Length' => content.bytesize.to_s }.merge(fields.transform_keys(&:to_s)), [content]]
end

# Rack calls #each once, and writes each piece as it comes.
class Pieces
  def initialize(count, every)
    @count = count
    @every = every
  end

  def each
    @count.times do |i|
      yield "piece #{i}\n"
      sleep @every
    end
  end
end

def status(code)
  return answer("not for this page to answer\n", status: 404) if code < 200 || [206, 426].include?(code)
  return [code, {}, []] if [204, 304].include? code
  return [205, { 'Content-Length' => '0' }, []] if code == 205

  fields = { 401 => { 'WWW-Authenticate': 'Basic realm="private"' }, 405 => { Allow: 'PUT' },
             416 => { 'Content-Range': 'bytes */0' } }.fetch(code, {})
  fields = { Location: '/' } if code.between?(300, 399)
  answer("this is status #{code}\n", status: code, **fields)
end

def echo(env)
  fields = env.select { |name, _| name.start_with? 'HTTP_' }.map { |name, value| [name[5..].tr('_', '-'), value.b.force_encoding('ISO-8859-1').encode('UTF-8')] }
  said = { method: env['REQUEST_METHOD'], target: env['REQUEST_URI'], fields: fields,
           content: env['rack.input'].read.unpack1('H*') }
  answer(JSON.generate(said), type: 'application/json')
end

METHODS = %w[CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT TRACE]
READ = {
  '/' => ->(_) { answer(PAGE, type: 'text/html') },
  '/redirect' => ->(_) { answer("see /\n", status: 307, Location: '/') },
  '/chunked' => ->(_) { [200, { 'Content-Type' => 'text/plain' }, Pieces.new(3, 0)] },
  '/stream' => ->(_) { [200, { 'Content-Type' => 'text/plain' }, Pieces.new(5, 0.05)] },
  '/cookies' => ->(_) { answer("a cookie\n", 'Set-Cookie': 'seen=1; Path=/cookies') },
  '/private' => ->(env) { env['HTTP_AUTHORIZATION'] == SECRET ? answer("private\n") : status(401) }
}

run(lambda do |env|
  path = env['PATH_INFO']
  method = env['REQUEST_METHOD']
  first, argument = path.delete_prefix('/').split('/', 2)
  case
  when first == 'echo' then echo(env)
  when path == '/body' && method == 'POST' then answer(env['rack.input'].read, type: 'application/octet-stream')
  when first == 'delay'
    sleep argument.to_i / 1000.0
    answer("late\n")
  when first == 'status' then status(argument.to_i)
  when !READ.key?(path) then answer("nothing here\n", status: 404)
  when %w[GET HEAD].include?(method) then READ[path].call(env)
  when !METHODS.include?(method) then answer("not known\n", status: 501)
  else answer("not that\n", status: 405, Allow: 'GET, HEAD')
  end
end)
