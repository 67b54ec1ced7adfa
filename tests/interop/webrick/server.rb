# Ruby's WEBrick, as its documentation begins with it: files, and servlets as blocks. server.rb PORT FOLDER
require 'webrick'

server = WEBrick::HTTPServer.new(
  BindAddress: '127.0.0.1', Port: ARGV[0].to_i, DocumentRoot: ARGV[1], RequestTimeout: 3.5,
  Logger: WEBrick::Log.new(File::NULL), AccessLog: [])

server.mount_proc '/body' do |request, response|
  response['Allow'] = 'POST'
  raise WEBrick::HTTPStatus::MethodNotAllowed unless request.request_method == 'POST'

  request.continue
  response.body = request.body.to_s
  response.content_type = 'application/octet-stream'
end

server.mount_proc('/redirect') { |_, response| response.set_redirect WEBrick::HTTPStatus::TemporaryRedirect, '/' }

server.mount_proc '/cookies' do |_, response|
  response.cookies << WEBrick::Cookie.new('seen', '1')
  response.body = "a cookie\n"
end

server.mount_proc '/chunked' do |_, response|
  response.chunked = true
  response.content_type = 'text/plain'
  response.body = proc { |out| 3.times { |i| out.write "piece #{i}\n" } }
end

server.mount_proc '/private' do |request, response|
  WEBrick::HTTPAuth.basic_auth(request, response, 'private') { |user, password| [user, password] == %w[alice secret] }
  response.body = "private\n"
end

server.mount_proc '/delay' do |request, response|
  sleep request.path_info.delete('/').to_i / 1000.0
  response.body = "late\n"
end

trap('TERM') { server.shutdown }
server.start
